import { type FoundPointer, type NamedBlob, pointerBlobs, smallBlobs } from './blobs.ts';
import { inside } from './inside.ts';
import { splitRecords } from './records.ts';
import type { Repository } from './repository.ts';
import { streamGit } from './stream.ts';

/**
 * Every pointer of one commit's or tree's files, each path once, in git's order. What git does not have here is passed
 * over.
 */
export async function* pointersInTree(
  repository: Repository,
  treeish: string,
  signal?: AbortSignal,
): AsyncGenerator<FoundPointer, void, undefined> {
  const where = { ...inside(repository), signal };
  const small = await smallBlobs(['--end-of-options', treeish], where);
  const entries = ['ls-tree', '-r', '-z', '--full-tree', '--end-of-options', treeish];
  yield* pointerBlobs(among(small, splitRecords(streamGit(entries, where), NUL), 2), where);
}

/**
 * Every pointer that git's index of this worktree holds, an unmerged path once for each of its sides. What git does not
 * have here is passed over.
 */
export async function* pointersInIndex(
  repository: Repository,
  signal?: AbortSignal,
): AsyncGenerator<FoundPointer, void, undefined> {
  const where = { ...inside(repository), signal };
  const small = await smallBlobs(['--indexed-objects', '--filter-provided-objects'], where);
  const entries = ['ls-files', '-s', '-z', '--full-name'];
  yield* pointerBlobs(among(small, splitRecords(streamGit(entries, where), NUL), 1), where);
}

/**
 * `<mode> <type> <oid>\t<path>` (ls-tree) or `<mode> <oid> <stage>\t<path>` (ls-files), `field` saying which word is
 * the oid: of those the regular files whose blob is in `small`.
 */
async function* among(
  small: ReadonlySet<string>,
  records: AsyncIterable<Buffer[]>,
  field: number,
): AsyncGenerator<NamedBlob[], void, undefined> {
  for await (const batch of records) {
    const blobs: NamedBlob[] = [];
    for (const record of batch) {
      const tab = record.indexOf(TAB);
      const words = record.toString('latin1', 0, tab).split(' ');
      const blob = words[field]!;
      if (words[0]!.startsWith('100') && small.has(blob))
        blobs.push({ blob, path: record.subarray(tab + 1) });
    }
    yield blobs;
  }
}

const NUL = 0;
const TAB = 9;
