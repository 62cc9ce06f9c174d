import fs from 'node:fs';
import path from 'node:path';
import { inside } from '../git/inside.ts';
import type { Repository } from '../git/repository.ts';
import { gitVersion, runsConfiguredHooks } from '../git/version.ts';
import type { Reporter } from '../report.ts';
import { hasHookConfig } from './hook-config.ts';
import { putHookFiles } from './hook-files.ts';
import { writeStamp } from './hook-stamp.ts';
import { type Environment, launcherFile, userFolder } from './installation.ts';
import { programFiles } from './program-files.ts';
import { rememberRepository } from './repository-list.ts';

/** The work of `ensureHooks` where its note does not hold. */
export function putInPlace(repository: Repository, reporter: Reporter, env: Environment): void {
  const user = launcherFile(userFolder(env));
  const own = fs.existsSync(launcherFile(repository.sharedDir));
  if (!own && !fs.existsSync(user)) return;
  const where = inside(repository, env);
  if (runsConfiguredHooks(gitVersion(where.cwd)) && hasHookConfig(where)) {
    writeStamp(repository, env);
    return;
  }
  // A rebase may be about to write the very files; the next command is soon enough.
  if (['rebase-merge', 'rebase-apply'].some((name) => fs.existsSync(path.join(repository.gitDir, name))))
    return;
  const launcher = own ? undefined : user;
  const outcome = putHookFiles(repository, programFiles(), env, { launcher, automatic: true });
  if (!own) rememberRepository(env, repository.commonDir);
  if (outcome.kind === 'off') {
    writeStamp(repository, env);
    reporter.warn(noHooks(outcome.hooksPath));
    return;
  }
  writeStamp(repository, env, outcome.prePush);
  if (outcome.changed) {
    reporter.info(`hooks put into ${outcome.folder}, so that a push brings the data along`);
  }
}

/** For a repository whose `core.hooksPath` leads to no folder, or to one that is not ours to write to. */
export function noHooks(hooksPath: string): string {
  return `core.hooksPath is ${hooksPath}, where git-lode can put no hook: before each git push, run: git lode push`;
}
