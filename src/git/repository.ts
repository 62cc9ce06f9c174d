import fs from 'node:fs';
import path from 'node:path';
import { LodeError, unless } from '../errors.ts';

/** Where things are. Found without starting git, because the filter does it once per git command. */
export interface Repository {
  /** This worktree's own git directory: its index, HEAD and journal. */
  readonly gitDir: string;
  /** The directory that all worktrees share: configuration, hooks and the store. */
  readonly commonDir: string;
  /** The top of the working tree, or undefined in a bare repository. */
  readonly workTree: string | undefined;
  /** git's index of this worktree. */
  readonly indexFile: string;
  /** `<commonDir>/lode`: everything of ours that all worktrees share. */
  readonly sharedDir: string;
  /** `<gitDir>/lode`: what belongs to this worktree alone. */
  readonly ownDir: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Finds the repository that `cwd` is in, as git does: by `GIT_DIR` and its companions, else upwards from `cwd`.
 * Throws NOT_A_REPOSITORY.
 */
export function findRepository(cwd: string, env: Environment = process.env): Repository {
  const named = env.GIT_DIR;
  if (named !== undefined && named !== '') {
    const gitDir = path.resolve(cwd, named);
    const tree = env.GIT_WORK_TREE;
    return describe(gitDir, tree ? path.resolve(cwd, tree) : workTreeOf(gitDir, cwd), env, cwd);
  }
  for (let folder = cwd; ; folder = path.dirname(folder)) {
    const gitDir = gitDirAt(path.join(folder, '.git'));
    if (gitDir !== undefined) {
      const tree = env.GIT_WORK_TREE;
      return describe(gitDir, tree ? path.resolve(cwd, tree) : folder, env, cwd);
    }
    if (isGitDir(folder)) return describe(folder, undefined, env, cwd);
    if (path.dirname(folder) === folder) break;
  }
  throw new LodeError('NOT_A_REPOSITORY', 'this is not inside a git repository', {
    subject: cwd,
    hint: 'git init',
  });
}

function describe(gitDir: string, workTree: string | undefined, env: Environment, cwd: string): Repository {
  const shared = env.GIT_COMMON_DIR || readLine(path.join(gitDir, 'commondir'));
  const commonDir = shared ? path.resolve(env.GIT_COMMON_DIR ? cwd : gitDir, shared) : gitDir;
  const index = env.GIT_INDEX_FILE;
  return {
    gitDir,
    commonDir,
    workTree,
    indexFile: index ? path.resolve(cwd, index) : path.join(gitDir, 'index'),
    sharedDir: path.join(commonDir, 'lode'),
    ownDir: path.join(gitDir, 'lode'),
  };
}

function gitDirAt(dot: string): string | undefined {
  const stat = unless(['ENOENT', 'ENOTDIR', 'EACCES'], () => fs.statSync(dot));
  if (stat === undefined) return undefined;
  if (stat.isDirectory()) return isGitDir(dot) ? dot : undefined;
  const line = readLine(dot);
  return line?.startsWith('gitdir: ') ? path.resolve(path.dirname(dot), line.slice(8)) : undefined;
}

function isGitDir(folder: string): boolean {
  return (
    (fs.existsSync(path.join(folder, 'HEAD')) && fs.existsSync(path.join(folder, 'objects'))) ||
    fs.existsSync(path.join(folder, 'commondir'))
  );
}

/** git runs filters and hooks with GIT_DIR set and the working directory at the top of the tree, except in bare repositories. */
function workTreeOf(gitDir: string, cwd: string): string | undefined {
  if (path.basename(gitDir) === '.git') return path.dirname(gitDir);
  const back = readLine(path.join(gitDir, 'gitdir'));
  if (back !== undefined) return path.dirname(path.resolve(gitDir, back));
  return isGitDir(cwd) ? undefined : cwd;
}

function readLine(file: string): string | undefined {
  const text = unless(['ENOENT', 'ENOTDIR', 'EISDIR'], () => fs.readFileSync(file, 'utf8'));
  return text?.replace(/\r?\n[\s\S]*$/, '');
}

/** The hash that git names objects with, from the repository's own configuration file. */
export function objectFormat(repository: Repository): 'sha1' | 'sha256' {
  const config = unless(['ENOENT'], () => fs.readFileSync(path.join(repository.commonDir, 'config'), 'utf8'));
  return /^\s*objectformat\s*=\s*"?sha256"?\s*$/im.test(config ?? '') ? 'sha256' : 'sha1';
}
