import { type GitOptions, git, gitOrThrow } from './run.ts';

/** One of git's configuration files, seen from a folder. */
export interface ConfigFile extends Pick<GitOptions, 'cwd' | 'env'> {
  /** In a linked worktree `--local` is the file that all of them share. */
  readonly scope: '--local' | '--global';
}

/**
 * Values by key whose name matches `pattern` (a regular expression of git's; section and name are in lower case), of one
 * file or, without a scope, of all that are in effect. All of a key's values, in git's order.
 */
export function readConfig(
  where: Pick<GitOptions, 'cwd' | 'env'> & { readonly scope?: ConfigFile['scope'] },
  pattern: string,
): ReadonlyMap<string, readonly string[]> {
  const scope = where.scope === undefined ? [] : [where.scope];
  const args = ['config', ...scope, '-z', '--get-regexp', pattern];
  const result = git(args, where);
  const values = new Map<string, string[]>();
  // 1 is the answer for no match.
  if (result.exitCode === 1) return values;
  const stdout = result.exitCode === 0 ? result.stdout : gitOrThrow(args, where);
  for (const record of stdout.toString('utf8').split('\0').filter(Boolean)) {
    const end = record.indexOf('\n');
    const key = end < 0 ? record : record.slice(0, end);
    const value = end < 0 ? 'true' : record.slice(end + 1);
    values.set(key, [...(values.get(key) ?? []), value]);
  }
  return values;
}

/** Gives each key its value in turn, replacing what it had; a key that has it already costs nothing. Throws GIT_FAILED. */
export function writeConfig(
  file: ConfigFile,
  present: ReadonlyMap<string, readonly string[]>,
  settings: readonly (readonly [key: string, value: string])[],
): void {
  for (const [key, value] of settings) {
    const values = present.get(key);
    if (values?.length === 1 && values[0] === value) continue;
    gitOrThrow(['config', file.scope, '--replace-all', key, value], file);
  }
}

/** Takes keys away in turn; those that are not there are passed over. Throws GIT_FAILED. */
export function unsetConfig(
  file: ConfigFile,
  present: ReadonlyMap<string, readonly string[]>,
  keys: readonly string[],
): void {
  for (const key of keys) {
    if (present.has(key)) gitOrThrow(['config', file.scope, '--unset-all', key], file);
  }
}
