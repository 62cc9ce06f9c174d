import fs from 'node:fs';
import { systemCode } from '../errors.ts';
import { inside } from '../git/inside.ts';
import type { Repository } from '../git/repository.ts';
import { gitVersion, runsConfiguredHooks } from '../git/version.ts';
import type { Reporter } from '../report.ts';
import { hasHookConfig } from './hook-config.ts';
import { putHookFiles } from './hook-files.ts';
import { isStamped, writeStamp } from './hook-stamp.ts';
import { type Environment, launcherFile, userFolder } from './installation.ts';
import { programFiles } from './program-files.ts';
import { rememberRepository } from './repository-list.ts';

/**
 * Sees to it that a push from `repository` runs our pre-push hook, whichever git is running. Called by the filter in each process: one small
 * read and two stats when all is well. Where the hooks are missing (a fresh clone under a global installation
 * and git < 2.54, or another tool that rewrote its own) they are put in place, and one line says so. Where git-lode
 * is not installed it does nothing. A failure is reported as a warning and never thrown: the git command that
 * is running has nothing to do with it.
 */
export function ensureHooks(
  repository: Repository,
  reporter: Reporter,
  env: Environment = process.env,
): void {
  try {
    if (!isStamped(repository, env)) putInPlace(repository, reporter, env);
  } catch (error) {
    const code = systemCode(error);
    // Where nothing can be written nothing can be committed either, and there is nothing to push.
    if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') return;
    const said = error instanceof Error ? error.message : String(error);
    reporter.warn(`the hooks could not be put in place (${said}); before you push, run: git lode install`);
  }
}

function putInPlace(repository: Repository, reporter: Reporter, env: Environment): void {
  const user = launcherFile(userFolder(env));
  const own = fs.existsSync(launcherFile(repository.sharedDir));
  if (!own && !fs.existsSync(user)) return;
  const where = inside(repository, env);
  if (runsConfiguredHooks(gitVersion(where.cwd)) && hasHookConfig(where)) {
    writeStamp(repository, env);
    return;
  }
  const outcome = putHookFiles(repository, programFiles(), env, own ? undefined : user);
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
