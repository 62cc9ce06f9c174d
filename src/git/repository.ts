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
    return describe(gitDir, workTreeOf(gitDir, cwd, env, isGitDir(cwd) ? undefined : cwd), env, cwd);
  }
  for (let folder = cwd; ; folder = path.dirname(folder)) {
    const gitDir = gitDirAt(path.join(folder, '.git'));
    if (gitDir !== undefined) return describe(gitDir, workTreeOf(gitDir, cwd, env, folder), env, cwd);
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
    // git reads the variable when it has gone to the top.
    indexFile: index ? path.resolve(workTree ?? cwd, index) : path.join(gitDir, 'index'),
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

/**
 * The top of the working tree, by git's own order (setup.c): the variable, the repository's configuration, and `otherwise` the folder
 * where the repository was found, or, with GIT_DIR alone, the current one, where git starts filters and hooks.
 */
function workTreeOf(
  gitDir: string,
  cwd: string,
  env: Environment,
  otherwise: string | undefined,
): string | undefined {
  if (env.GIT_WORK_TREE) return path.resolve(cwd, env.GIT_WORK_TREE);
  if (readSetting(gitDir, 'core', 'bare') === 'true') return undefined;
  const configured = readSetting(gitDir, 'core', 'worktree');
  return configured ? path.resolve(gitDir, configured) : otherwise;
}

/**
 * One setting from the configuration file in a git directory, in the form that git itself writes there. For what must be known before
 * git can be asked, or at every start.
 */
function readSetting(gitDir: string, section: string, key: string): string | undefined {
  const text = unless(['ENOENT', 'ENOTDIR'], () => fs.readFileSync(path.join(gitDir, 'config'), 'utf8'));
  let inSection = false;
  let value: string | undefined;
  for (const line of text?.split('\n') ?? []) {
    const header = /^\s*\[[^\]]*\]/.exec(line);
    if (header !== null) inSection = header[0].trim().toLowerCase() === `[${section}]`;
    const setting = inSection ? /^\s*([a-z][a-z0-9-]*)\s*=\s*(.*?)\s*$/i.exec(line) : null;
    if (setting !== null && setting[1]!.toLowerCase() === key) value = unquote(setting[2]!);
  }
  return value;
}

function unquote(value: string): string {
  return value.replace(/^"(.*)"$/, '$1').replaceAll(/\\(.)/g, '$1');
}

function readLine(file: string): string | undefined {
  const text = unless(['ENOENT', 'ENOTDIR', 'EISDIR'], () => fs.readFileSync(file, 'utf8'));
  return text?.replace(/\r?\n[\s\S]*$/, '');
}

/** The hash that git names objects with, from the repository's own configuration file. */
export function objectFormat(repository: Repository): 'sha1' | 'sha256' {
  return readSetting(repository.commonDir, 'extensions', 'objectformat') === 'sha256' ? 'sha256' : 'sha1';
}
