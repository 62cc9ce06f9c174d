import type { Pointer } from '../pointer.ts';
import { pointersAmong } from './blobs.ts';
import { inside } from './inside.ts';
import { splitRecords } from './records.ts';
import type { Repository } from './repository.ts';
import { commitsHere, isRevisionOption, revisionLines } from './revisions.ts';
import { streamGit } from './stream.ts';
import { mayLackTrees } from './whole-history.ts';

const CHANGE = /^:100\d{3} 100\d{3} ([0-9a-f]+) ([0-9a-f]+) M$/;

/**
 * The pointers that the commits of a range replaced at the same path by one of the blobs that `isWanted`: what their
 * content was made from, most likely. What git does not have here is passed over. Of a merge only the first parent
 * counts.
 */
export async function* earlierVersions(
  repository: Repository,
  { include, exclude }: { readonly include: readonly string[]; readonly exclude: readonly string[] },
  isWanted: (blob: string) => boolean,
  signal?: AbortSignal,
): AsyncGenerator<Pointer, void, undefined> {
  if (mayLackTrees(repository)) return;
  const where = { ...inside(repository), signal };
  const args = [
    'log',
    '--format=',
    '--raw',
    '--no-abbrev',
    '-z',
    '--no-renames',
    '--diff-merges=first-parent',
    '--diff-filter=M',
    '--no-show-signature',
    '--no-notes',
    '--stdin',
    ...include.filter(isRevisionOption),
    '--not',
    ...exclude.filter(isRevisionOption),
  ];
  const earlier = new Set<string>();
  const input = revisionLines(include, await commitsHere(exclude, where));
  const records = splitRecords(streamGit(args, { ...where, input }), NUL);
  for await (const batch of records) {
    for (const record of batch) {
      // A path follows each of these records, and cannot be taken for one: it does not begin with a colon and five words.
      const match = record[0] === COLON ? CHANGE.exec(record.toString('latin1')) : null;
      if (match !== null && isWanted(match[2]!)) earlier.add(match[1]!);
    }
  }
  if (earlier.size === 0) return;
  for await (const { pointer } of pointersAmong(earlier, where)) yield pointer;
}

const NUL = 0;
const COLON = 58;
