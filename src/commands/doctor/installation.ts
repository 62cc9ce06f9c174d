import { readConfig } from '../../git/config-values.ts';
import { inside } from '../../git/inside.ts';
import type { Repository } from '../../git/repository.ts';
import { git } from '../../git/run.ts';
import { gitVersion, runsConfiguredHooks } from '../../git/version.ts';
import { hasHookConfig } from '../../install/hook-config.ts';
import { holdsOurs } from '../../install/hook-file.ts';
import { findHookPlace } from '../../install/hook-place.ts';
import type { Finding } from '../../ui/findings-text.ts';
import type { CommandContext } from '../command.ts';

const INSTALL = 'git lode install';

/** What `install` puts in place. */
export function checkInstallation(repository: Repository, { env }: CommandContext): Finding[] {
  return [checkFilter(repository, env), checkHooks(repository, env)];
}

/** Runs the launcher as git runs it. */
function checkFilter(repository: Repository, env: CommandContext['env']): Finding {
  const check = 'filter';
  const where = inside(repository, env);
  const config = readConfig(where, '^filter\\.lode\\.(process|required)$');
  const command = config.get('filter.lode.process')?.at(-1);
  if (command === undefined) return { check, state: 'fault', says: 'git knows of none', mend: INSTALL };
  const asked = command.replace(/filter-process$/, 'version');
  const { exitCode, stdout, stderr } = git(['-c', `alias.lode-launch=!${asked}`, 'lode-launch'], where);
  if (exitCode !== 0)
    return {
      check,
      state: 'fault',
      says: `it does not start: ${stderr.trim().split('\n')[0]}`,
      mend: INSTALL,
    };
  if (config.get('filter.lode.required')?.at(-1) !== 'true')
    return {
      check,
      state: 'fault',
      says: 'filter.lode.required is not true: a failed filter commits whole files',
      mend: INSTALL,
    };
  return { check, state: 'good', says: `starts ${stdout.toString('utf8').split('\n')[0]}` };
}

/** Without the pre-push hook a push goes up without its data. */
function checkHooks(repository: Repository, env: CommandContext['env']): Finding {
  const check = 'pre-push hook';
  const where = inside(repository, env);
  if (runsConfiguredHooks(gitVersion(where.cwd)) && hasHookConfig(where))
    return { check, state: 'good', says: "in git's configuration" };
  const place = findHookPlace(repository, env);
  if (place.kind === 'off')
    return {
      check,
      state: 'fault',
      says: `core.hooksPath is ${place.hooksPath}: git runs no hooks`,
      mend: 'git lode push, before each git push',
    };
  const folder = [place.folder, ...(place.generated === undefined ? [] : [place.generated])].find(holdsOurs);
  return folder === undefined
    ? { check, state: 'fault', says: `not in ${place.folder}`, mend: INSTALL }
    : { check, state: 'good', says: `in ${folder}` };
}
