import type { Repository } from './repository.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Where and with what environment a git runs that is to mean `repository`, wherever we were started. git gives hooks
 * and filters its variables relative to their folder, so those that are set are made absolute; none is added, because a
 * GIT_DIR that is set switches git's own check of the folder's owner off.
 */
export function inside(
  repository: Repository,
  env: Environment = process.env,
): { readonly cwd: string; readonly env: Environment } {
  const absolute: Record<string, string> = {};
  if (env.GIT_DIR) absolute.GIT_DIR = repository.gitDir;
  if (env.GIT_COMMON_DIR) absolute.GIT_COMMON_DIR = repository.commonDir;
  if (env.GIT_INDEX_FILE) absolute.GIT_INDEX_FILE = repository.indexFile;
  if (env.GIT_WORK_TREE && repository.workTree !== undefined) absolute.GIT_WORK_TREE = repository.workTree;
  // With GIT_DIR alone git takes the folder that it starts in for the top of the tree: that is `cwd`.
  return { cwd: repository.workTree ?? repository.gitDir, env: { ...env, ...absolute } };
}
