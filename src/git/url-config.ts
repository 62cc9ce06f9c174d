import { type GitOptions, git, gitOrThrow } from './run.ts';

export type ConfigPlace = Pick<GitOptions, 'cwd' | 'env'>;

/**
 * What git's configuration says in `section` for a URL: the most specific of `<section>.<url>.<name>` and `<section>.<name>`, by
 * `<section>.<name>` in lower case.
 */
export function readUrlConfig(where: ConfigPlace, section: string, url: string): ReadonlyMap<string, string> {
  const args = ['config', '-z', '--get-urlmatch', section, url];
  const result = git(args, where);
  // 1 is the answer for no match.
  if (result.exitCode === 1) return new Map();
  const stdout = result.exitCode === 0 ? result.stdout : gitOrThrow(args, where);
  return new Map(
    stdout
      .toString('utf8')
      .split('\0')
      .filter(Boolean)
      .map((record) => {
        const end = record.indexOf('\n');
        return end < 0 ? [record, 'true'] : [record.slice(0, end), record.slice(end + 1)];
      }),
  );
}
