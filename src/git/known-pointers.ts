import { Readable } from 'node:stream';
import type { Pointer } from '../pointer.ts';
import { type FoundPointer, type NamedBlob, pointerBlobs, smallAmong, type Where } from './blobs.ts';

/** Pointers that are known without git: of the objects that are here, say. */
export interface KnownPointers {
  /** About how many there are. */
  readonly count: number;
  /** By its blob's id in git, hex. The first call may take a while. */
  find(blob: string): Pointer | undefined;
}

/** From so many on it pays to know pointers: git opens each blob twice, and a loose one is a file. */
export const MANY = 4096;
/** Blobs that are looked at together, so that those that are not known cost two processes and not two each. */
const TOGETHER = 16_384;

/**
 * The pointers among the listed blobs, in their order and in batches: git is asked only for those that are not known, or for all if
 * there are few.
 */
export async function* knownOrRead(
  listed: AsyncIterable<readonly NamedBlob[]>,
  known: KnownPointers,
  where: Where,
): AsyncGenerator<FoundPointer[], void, undefined> {
  let isLong: boolean | undefined;
  for await (const blobs of together(listed)) {
    isLong ??= blobs.length >= MANY;
    const pointers = blobs.map(({ blob }) => (isLong ? known.find(blob) : undefined));
    const unknown = blobs.filter((_, i) => pointers[i] === undefined);
    const read = new Map<string, Pointer>();
    for await (const { blob, pointer } of readSmall(unknown, where)) read.set(blob, pointer);
    const found: FoundPointer[] = [];
    for (const [i, { blob, path }] of blobs.entries()) {
      const pointer = pointers[i] ?? read.get(blob);
      if (pointer !== undefined) found.push({ blob, path, pointer });
    }
    yield found;
  }
}

async function* readSmall(
  blobs: readonly NamedBlob[],
  where: Where,
): AsyncGenerator<FoundPointer, void, undefined> {
  // What has no path is what `include` names, commits mostly, whose trees nobody wants again.
  const files = blobs.filter(({ path }) => path.length > 0);
  const small = await smallAmong(
    files.map(({ blob }) => blob),
    where,
  );
  const asked = blobs.filter(({ blob, path }) => path.length === 0 || small.has(blob));
  if (asked.length > 0) yield* pointerBlobs(Readable.from([asked]), where);
}

/** The first batch is small: it tells whether there are many, and git lists the next ones while that one is looked at. */
async function* together(
  listed: AsyncIterable<readonly NamedBlob[]>,
): AsyncGenerator<readonly NamedBlob[], void, undefined> {
  let blobs: NamedBlob[] = [];
  let enough = MANY;
  for await (const some of listed) {
    for (const each of some) blobs.push(each);
    if (blobs.length < enough) continue;
    yield blobs;
    blobs = [];
    enough = TOGETHER;
  }
  if (blobs.length > 0) yield blobs;
}
