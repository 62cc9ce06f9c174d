import type { Where } from './blobs.ts';
import { collectGit } from './stream.ts';

/**
 * `--remotes=<name>`, `--branches`, `--tags`, `--all`: git 2.39 takes them only as arguments, all else also from its
 * standard input.
 */
export function isRevisionOption(revision: string): boolean {
  return revision.startsWith('--');
}

/** The standard input of `rev-list --stdin` and `log --stdin`, without the options. */
export function revisionLines(include: readonly string[], exclude: readonly string[]): Buffer[] {
  const lines = [
    ...include.filter((revision) => !isRevisionOption(revision)),
    ...exclude.filter((revision) => !isRevisionOption(revision)).map((revision) => `^${revision}`),
  ];
  return [Buffer.from(lines.map((line) => `${line}\n`).join(''))];
}

/**
 * The commits that object ids stand for, tags followed, without those that are not here; options are left out.
 * `--missing` and `--no-walk` pass over them and fetch nothing.
 */
export async function commitsHere(oids: readonly string[], where: Where): Promise<string[]> {
  if (oids.every(isRevisionOption)) return [];
  const args = ['rev-list', '--no-walk=unsorted', '--ignore-missing', '--missing=allow-any', '--stdin'];
  const answer = await collectGit(args, { ...where, input: revisionLines(oids, []) });
  return answer.toString('latin1').split('\n').filter(Boolean);
}
