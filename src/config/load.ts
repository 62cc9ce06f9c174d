import type { Repository } from '../git/repository.ts';
import { readCommittedFile } from './committed-file.ts';
import { readMachineSettings } from './machine-settings.ts';
import { parseSettings } from './parse-settings.ts';
import type { Environment, Settings } from './settings.ts';

/**
 * The settings of a repository: the committed file at the top of the working tree (in a bare repository: of HEAD's
 * tree), overridden by `git config lode.*` of this machine. `version` as for `readCommittedFile`. Throws CONFIG_INVALID, CONFIG_SECRET
 * and GIT_FAILED.
 */
export async function loadSettings(
  repository: Repository,
  env: Environment,
  version?: string,
): Promise<Settings> {
  const machine = readMachineSettings(repository, env);
  const committed = await readCommittedFile(repository, env, version);
  return parseSettings({ committed, machine, top: repository.workTree });
}
