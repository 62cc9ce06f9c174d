import type { Repository } from '../git/repository.ts';
import { gitVersion, runsConfiguredHooks } from '../git/version.ts';
import { writeFilterConfig } from './filter-config.ts';
import { writeHookConfig } from './hook-config.ts';
import { type FilesOutcome, putHookFiles } from './hook-files.ts';
import { writeStamp } from './hook-stamp.ts';
import {
  type Environment,
  type Installation,
  repositoryInstallation,
  userInstallation,
} from './installation.ts';
import { type ProgramFiles, programFiles } from './program-files.ts';
import { writeHookScripts, writeLauncher } from './scripts.ts';

/** How a push comes to run our hook: files call it, or git's configuration does. */
export type HooksOutcome = FilesOutcome | { readonly kind: 'configuration' };

/**
 * Sets up one repository, all its worktrees included: launcher, hooks, filter, in this order, since a filter without the
 * pre-push hook would let a push go up without its data. Idempotent; what an earlier version wrote is brought up to date.
 */
export function installInRepository(repository: Repository, env: Environment): HooksOutcome {
  const installation = repositoryInstallation(repository, env);
  const files = programFiles();
  writeLauncher(installation.folder, files, env);
  const hooks = writeConfiguredHooks(installation, files)
    ? ({ kind: 'configuration' } as const)
    : putHookFiles(repository, files, env);
  writeFilterConfig(installation);
  writeStamp(repository, env, hooks.kind === 'files' ? hooks.prePush : undefined);
  return hooks;
}

/**
 * Sets up all repositories of this user. False if this git takes no hooks from configuration: then the filter puts hook files into each
 * repository the first time it works there (`ensureHooks`).
 */
export function installForUser(cwd: string, env: Environment): boolean {
  const installation = userInstallation(cwd, env);
  const files = programFiles();
  writeLauncher(installation.folder, files, env);
  const configured = writeConfiguredHooks(installation, files);
  writeFilterConfig(installation);
  return configured;
}

function writeConfiguredHooks(installation: Installation, files: ProgramFiles): boolean {
  if (!runsConfiguredHooks(gitVersion(installation.cwd))) return false;
  writeHookScripts(installation.folder, files);
  writeHookConfig(installation);
  return true;
}
