import { type GitOptions, gitOrThrow } from './run.ts';

/**
 * Throws GIT_FAILED, with git's own words and its way out, where git refuses to work: in a repository that belongs to another user. What
 * finds a repository without git does not see that, and a command that writes has to ask before it begins.
 */
export function throwIfGitRefuses(options: GitOptions): void {
  gitOrThrow(['rev-parse', '--git-dir'], options);
}
