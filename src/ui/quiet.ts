import type { Environment } from '../config/settings.ts';
import { ancestors } from './ancestors.ts';
import { isQuietGitCommand } from './git-command-line.ts';

/**
 * True if the person asked for quiet: by GIT_LODE_QUIET, or by the `--quiet` of the git command that started this process.
 * git tells neither its hooks nor its filters of that, so it is read from the command lines above us where the system
 * shows them (not on Windows). GIT_LODE_QUIET=0 says no without looking.
 */
export function isQuiet(env: Environment, above: () => Iterable<readonly string[]> = ancestors): boolean {
  const said = env.GIT_LODE_QUIET;
  if (said !== undefined && said !== '') return said !== '0';
  for (const argv of above()) if (isQuietGitCommand(argv)) return true;
  return false;
}
