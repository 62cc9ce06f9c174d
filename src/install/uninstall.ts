import fs from 'node:fs';
import path from 'node:path';
import { isExpected } from '../errors.ts';
import { readConfig } from '../git/config-values.ts';
import { findRepository, type Repository } from '../git/repository.ts';
import { removeFilterConfig } from './filter-config.ts';
import { removeHookConfig } from './hook-config.ts';
import { removeHookFiles } from './hook-file.ts';
import {
  type Environment,
  type Installation,
  launcherFile,
  repositoryInstallation,
  userInstallation,
} from './installation.ts';
import { removeIfEmpty } from './own-files.ts';
import { removeAllHookFiles } from './remove-hook-files.ts';
import { forgetRepositories, rememberedRepositories } from './repository-list.ts';
import { removeHookScripts, removeLauncher } from './scripts.ts';

/**
 * Takes away what `installInRepository` and `ensureHooks` put into a repository, and nothing else; the objects stay. Returns folders
 * of hook files outside of the repository in which our lines stay, because other repositories use them too.
 */
export function uninstallFromRepository(repository: Repository, env: Environment): readonly string[] {
  const installation = repositoryInstallation(repository, env);
  removeConfig(installation);
  const shared = removeAllHookFiles(repository, env);
  removeScripts(installation);
  return shared;
}

/**
 * Takes away a user's installation, and the hook files that the filter put into repositories on its account. Returns the git directories
 * of those where that failed.
 */
export function uninstallForUser(cwd: string, env: Environment): readonly string[] {
  const installation = userInstallation(cwd, env);
  removeConfig(installation);
  const left = rememberedRepositories(env).filter((commonDir) => !removeFrom(commonDir, env));
  forgetRepositories(env);
  removeScripts(installation);
  return left;
}

/** True if git-lode is set up for the user, whatever is set up in a repository. */
export function isInstalledForUser(cwd: string, env: Environment): boolean {
  const installation = userInstallation(cwd, env);
  return readConfig(installation, '^filter\\.lode\\.process$').size > 0;
}

/** A repository that is gone, or has an installation of its own by now, is left alone. False if its hooks could not be removed. */
function removeFrom(commonDir: string, env: Environment): boolean {
  const lode = path.join(commonDir, 'lode');
  if (!fs.existsSync(path.join(lode, 'hooks')) || fs.existsSync(launcherFile(lode))) return true;
  const inTree = path.basename(commonDir) === '.git';
  const {
    GIT_DIR: _dir,
    GIT_WORK_TREE: _tree,
    GIT_COMMON_DIR: _common,
    GIT_INDEX_FILE: _index,
    ...rest
  } = env;
  try {
    const repository = findRepository(inTree ? path.dirname(commonDir) : commonDir, rest);
    // A folder that all of the user's repositories share goes with the user's installation.
    for (const folder of removeAllHookFiles(repository, rest)) removeHookFiles(folder);
    removeHookScripts(lode);
    return true;
  } catch (error) {
    // One repository that is broken, or somebody else's by now, is no reason to keep all the others.
    if (isExpected(error)) return false;
    throw error;
  }
}

function removeConfig(installation: Installation): void {
  removeFilterConfig(installation);
  removeHookConfig(installation);
}

function removeScripts({ folder }: Installation): void {
  removeHookScripts(folder);
  removeLauncher(folder);
  removeIfEmpty(folder);
}
