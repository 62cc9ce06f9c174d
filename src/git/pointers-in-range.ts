import { MAX_POINTER_BYTES } from '../pointer.ts';
import { type FoundPointer, type NamedBlob, pointerBatches } from './blobs.ts';
import { inside } from './inside.ts';
import { type KnownPointers, knownOrRead, MANY } from './known-pointers.ts';
import { splitRecords } from './records.ts';
import type { Repository } from './repository.ts';
import { commitsHere, isRevisionOption, revisionLines } from './revisions.ts';
import { streamGit } from './stream.ts';

export type { FoundPointer } from './blobs.ts';
export type { KnownPointers } from './known-pointers.ts';

/**
 * Every pointer blob of the commits that are reachable from `include` and not from `exclude`, each once, the newest
 * commits' first. Both hold what `git rev-list` takes: object ids, refs, or `--remotes=<name>`, `--branches`, `--tags`,
 * `--all`; an object id in `exclude` that is not here excludes nothing. Never fetches: what a partial or shallow clone
 * does not have is passed over. Two git processes stream; memory does not grow with the history. A path that holds a
 * line feed is cut there.
 */
export async function* pointersInRange(
  repository: Repository,
  include: readonly string[],
  exclude: readonly string[],
  signal?: AbortSignal,
): AsyncGenerator<FoundPointer, void, undefined> {
  for await (const batch of pointerBatchesInRange(repository, include, exclude, { signal })) yield* batch;
}

/** As `pointersInRange`, in batches; `known` makes many cheaper. */
export async function* pointerBatchesInRange(
  repository: Repository,
  include: readonly string[],
  exclude: readonly string[],
  {
    signal,
    known,
  }: { readonly signal?: AbortSignal | undefined; readonly known?: KnownPointers | undefined },
): AsyncGenerator<readonly FoundPointer[], void, undefined> {
  if (include.length === 0) return;
  const where = { ...inside(repository), signal };
  const here = await commitsHere(exclude, where);
  const list = (...filters: string[]) =>
    named(
      splitRecords(
        streamGit(
          [
            'rev-list',
            '--objects',
            '--filter=object:type=blob',
            ...filters,
            // Also keeps git from fetching what is promised and not here.
            '--missing=allow-any',
            '--stdin',
            ...include.filter(isRevisionOption),
            '--not',
            ...exclude.filter(isRevisionOption),
          ],
          { ...where, input: revisionLines(include, here) },
        ),
        LF,
      ),
    );
  // Without the filter git need not open the blobs.
  if (known !== undefined && known.count >= MANY) yield* knownOrRead(list(), known, where);
  else yield* pointerBatches(list(`--filter=blob:limit=${MAX_POINTER_BYTES + 1}`), where);
}

/** `<oid> <path>` a line; a line without a path is what `include` named itself. */
async function* named(lines: AsyncIterable<Buffer[]>): AsyncGenerator<NamedBlob[], void, undefined> {
  for await (const batch of lines) {
    yield batch.map((line) => {
      const space = line.indexOf(SPACE);
      const end = space < 0 ? line.length : space;
      return { blob: line.toString('latin1', 0, end), path: line.subarray(end + 1) };
    });
  }
}

const SPACE = 32;
const LF = 10;
