import type { Environment } from '../config/settings.ts';

/**
 * True if the person asked for quiet: by GIT_LODE_QUIET, or by the `--quiet` of the git command that started this
 * process (hooks and the filter are not told of it, so it is read from the ancestors' command lines where the system shows them).
 */
export function isQuiet(env: Environment, _parent: number = process.ppid): boolean {
  return env.GIT_LODE_QUIET !== undefined && env.GIT_LODE_QUIET !== '' && env.GIT_LODE_QUIET !== '0';
}
