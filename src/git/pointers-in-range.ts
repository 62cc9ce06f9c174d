import { Readable } from 'node:stream';
import { MAX_POINTER_BYTES, type Pointer } from '../pointer.ts';
import { type FoundPointer, type NamedBlob, pointerBlobs, pointersAmong, type Where } from './blobs.ts';
import { inside } from './inside.ts';
import { splitRecords } from './records.ts';
import type { Repository } from './repository.ts';
import { commitsHere, isRevisionOption, revisionLines } from './revisions.ts';
import { streamGit } from './stream.ts';

export type { FoundPointer } from './blobs.ts';

/** Pointers that are known without git: of the objects that are here, say. */
export interface KnownPointers {
  /** About how many there are. */
  readonly count: number;
  /** By its blob's id in git, hex. The first call may take a while. */
  find(blob: string): Pointer | undefined;
}

/** From so many on it pays to know pointers: git opens each blob twice, and a loose one is a file. */
const MANY = 4096;
/** Blobs that are looked at together, so that those that are not known cost two processes and not two each. */
const TOGETHER = 16_384;

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
  known?: KnownPointers,
): AsyncGenerator<FoundPointer, void, undefined> {
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
  if (known !== undefined && known.count >= MANY && (await isLong(list())))
    yield* knownOrRead(list(), known, where);
  else yield* pointerBlobs(list(`--filter=blob:limit=${MAX_POINTER_BYTES + 1}`), where);
}

/** True if at least `MANY` blobs are listed. */
async function isLong(listed: AsyncIterable<readonly NamedBlob[]>): Promise<boolean> {
  let count = 0;
  for await (const { length } of listed) {
    count += length;
    if (count >= MANY) return true;
  }
  return false;
}

/** The pointers among the listed blobs, in their order: git is asked only for those that are not known. */
async function* knownOrRead(
  listed: AsyncIterable<readonly NamedBlob[]>,
  known: KnownPointers,
  where: Where,
): AsyncGenerator<FoundPointer, void, undefined> {
  for await (const blobs of together(listed)) {
    const pointers = blobs.map(({ blob }) => known.find(blob));
    const unknown = blobs.filter((_, i) => pointers[i] === undefined);
    const read = new Map<string, Pointer>();
    for await (const { blob, pointer } of readSmall(unknown, where)) read.set(blob, pointer);
    for (const [i, { blob, path }] of blobs.entries()) {
      const pointer = pointers[i] ?? read.get(blob);
      if (pointer !== undefined) yield { blob, path, pointer };
    }
  }
}

async function* readSmall(
  blobs: readonly NamedBlob[],
  where: Where,
): AsyncGenerator<FoundPointer, void, undefined> {
  // What has no path is what `include` names, commits mostly, whose trees nobody wants again.
  const [files, others] = [true, false].map((is) => blobs.filter(({ path }) => path.length > 0 === is));
  const oids = files!.map(({ blob }) => blob);
  if (oids.length > 0) yield* pointersAmong(oids, where);
  if (others!.length > 0) yield* pointerBlobs(Readable.from([others]), where);
}

async function* together(
  listed: AsyncIterable<readonly NamedBlob[]>,
): AsyncGenerator<readonly NamedBlob[], void, undefined> {
  let blobs: NamedBlob[] = [];
  for await (const some of listed) {
    for (const each of some) blobs.push(each);
    if (blobs.length < TOGETHER) continue;
    yield blobs;
    blobs = [];
  }
  if (blobs.length > 0) yield blobs;
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
