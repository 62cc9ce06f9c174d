import { inside } from './inside.ts';
import { splitRecords } from './records.ts';
import type { Repository } from './repository.ts';
import { commitsHere, isRevisionOption, revisionLines } from './revisions.ts';
import { streamGit } from './stream.ts';

/**
 * The commits that the range of `tips` without `exclude` takes for granted: parents of its commits that are not in it,
 * and tips that are not in it. Whatever the range leaves out is reached from these.
 */
export async function rangeBases(
  repository: Repository,
  tips: readonly string[],
  exclude: readonly string[],
  signal?: AbortSignal,
): Promise<string[]> {
  if (exclude.length === 0) return [];
  const where = { ...inside(repository), signal };
  const commits = await commitsHere(tips, where);
  const here = await commitsHere(exclude, where);
  const args = ['rev-list', '--boundary', '--stdin', '--not', ...exclude.filter(isRevisionOption)];
  const outside = new Set(commits);
  const bases = new Set<string>();
  for await (const lines of splitRecords(
    streamGit(args, { ...where, input: revisionLines(commits, here) }),
    LF,
  )) {
    for (const line of lines) {
      if (line[0] === MINUS) bases.add(line.toString('latin1', 1));
      else outside.delete(line.toString('latin1'));
    }
  }
  return [...new Set([...bases, ...outside])];
}

/**
 * True if every one of `commits` is reached from one of `from`, as far as is known here: ids that are not here reach
 * nothing.
 */
export async function areReached(
  repository: Repository,
  commits: readonly string[],
  from: readonly string[],
  signal?: AbortSignal,
): Promise<boolean> {
  if (commits.length === 0) return true;
  const where = { ...inside(repository), signal };
  const input = revisionLines(commits, await commitsHere(from, where));
  for await (const _ of streamGit(['rev-list', '--max-count=1', '--stdin'], { ...where, input }))
    return false;
  return true;
}

const MINUS = 45;
const LF = 10;
