import { systemCode } from '../errors.ts';
import type { Repository } from '../git/repository.ts';
import type { Reporter } from '../report.ts';
import { isStamped } from './hook-stamp.ts';
import type { Environment } from './installation.ts';

/**
 * Sees to it that a push from `repository` runs our pre-push hook, whichever git is running. Called by the filter in each process: one small
 * read and two stats when all is well. Where the hooks are missing (a fresh clone under a global installation
 * and git < 2.54, or another tool that rewrote its own) they are put in place, and one line says so. Where git-lode
 * is not installed it does nothing. A failure is reported as a warning and never thrown: the git command that
 * is running has nothing to do with it.
 */
export async function ensureHooks(
  repository: Repository,
  reporter: Reporter,
  env: Environment = process.env,
): Promise<void> {
  try {
    if (isStamped(repository, env)) return;
    const { putInPlace } = await import('./put-in-place.ts');
    putInPlace(repository, reporter, env);
  } catch (error) {
    const code = systemCode(error);
    // Where nothing can be written nothing can be committed either, and there is nothing to push.
    if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') return;
    const said = error instanceof Error ? error.message : String(error);
    reporter.warn(`the hooks could not be put in place (${said}); before you push, run: git lode install`);
  }
}
