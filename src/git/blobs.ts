import { MAX_POINTER_BYTES, type Pointer, parsePointer } from '../pointer.ts';
import { splitRecords } from './records.ts';
import { streamGit } from './stream.ts';

/** A blob, and one path that names it. */
export interface NamedBlob {
  /** Object id in git, hex. */
  readonly blob: string;
  /** From the top of the tree, as bytes: git knows no encoding. */
  readonly path: Buffer;
}

/** A pointer that git keeps as a blob. */
export interface FoundPointer extends NamedBlob {
  readonly pointer: Pointer;
}

/** In which repository git answers. */
export interface Where {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Of small blobs (and the odd commit between them) those that are pointers. What git does not have here is passed over.
 */
export async function* pointerBlobs(
  blobs: AsyncIterable<readonly NamedBlob[]>,
  where: Where,
): AsyncGenerator<FoundPointer, void, undefined> {
  for await (const batch of pointerBatches(blobs, where)) yield* batch;
}

/** As `pointerBlobs`, in batches: all that one piece of git's answer completed, because an await a pointer is what would cost most. */
export async function* pointerBatches(
  blobs: AsyncIterable<readonly NamedBlob[]>,
  where: Where,
): AsyncGenerator<FoundPointer[], void, undefined> {
  const asked = new Asked();
  const answers = streamGit(['cat-file', '--batch', '--buffer'], { ...where, input: asked.questions(blobs) });
  let bytes: Buffer = Buffer.alloc(0);
  let skip = 0;
  for await (const piece of answers) {
    const dropped = Math.min(skip, piece.length);
    skip -= dropped;
    if (dropped === piece.length) continue;
    bytes = bytes.length === 0 ? piece.subarray(dropped) : Buffer.concat([bytes, piece.subarray(dropped)]);
    const found: FoundPointer[] = [];
    for (;;) {
      const headerEnd = bytes.indexOf(LF);
      if (headerEnd < 0) break;
      const [, type, sizeText] = bytes.toString('latin1', 0, headerEnd).split(' ');
      const size = type === 'missing' ? -1 : Number(sizeText);
      const end = headerEnd + 1 + size + 1;
      const maybe = type === 'blob' && size <= MAX_POINTER_BYTES;
      if (maybe && bytes.length < end) break;
      const { blob, path } = asked.next();
      const pointer = maybe ? parsePointer(bytes.subarray(headerEnd + 1, end - 1)) : undefined;
      skip = Math.max(0, end - bytes.length);
      bytes = bytes.subarray(Math.min(end, bytes.length));
      if (pointer !== undefined) found.push({ pointer, blob, path });
    }
    if (found.length > 0) yield found;
  }
}

/**
 * Of the blobs that `what` names to rev-list (or that are read from `oids`) those that are here and small enough to be
 * pointers. `cat-file` would say so too, but it fetches what a partial clone does not have, one by one; `--missing`
 * passes over it.
 */
export async function smallBlobs(
  what: readonly string[],
  where: Where,
  oids?: Iterable<string>,
): Promise<Set<string>> {
  const input = oids === undefined ? {} : { input: [Buffer.from([...oids, ''].join('\n'), 'latin1')] };
  const blobs = new Set<string>();
  for await (const lines of splitRecords(streamGit(smallBlobArguments(what), { ...where, ...input }), LF)) {
    for (const line of lines) blobs.add(line.toString('latin1'));
  }
  return blobs;
}

/** What has git list those of the blobs that `what` names to rev-list that are here and small enough to be pointers. */
export function smallBlobArguments(what: readonly string[]): string[] {
  return [
    'rev-list',
    '--objects',
    '--no-object-names',
    '--no-walk',
    // A partial clone would else fetch what it does not have, one by one.
    '--missing=allow-any',
    '--filter=object:type=blob',
    `--filter=blob:limit=${MAX_POINTER_BYTES + 1}`,
    ...what,
  ];
}

/** Of the blobs of these ids those that are pointers, without a path. What git does not have here is passed over. */
export async function* pointersAmong(
  oids: Iterable<string>,
  where: Where,
): AsyncGenerator<FoundPointer, void, undefined> {
  yield* pointerBlobs(unnamed(await smallAmong([...oids], where)), where);
}

/** Of the blobs of these ids those that are here and small enough to be pointers. */
export async function smallAmong(oids: readonly string[], where: Where): Promise<Set<string>> {
  if (oids.length === 0) return new Set();
  return smallBlobs(['--ignore-missing', '--filter-provided-objects', '--stdin'], where, oids);
}

async function* unnamed(oids: Iterable<string>): AsyncGenerator<NamedBlob[], void, undefined> {
  yield Array.from(oids, (blob) => ({ blob, path: Buffer.alloc(0) }));
}

/** cat-file answers in the order of the questions: what was asked waits here for its answer. */
class Asked {
  readonly #batches: (readonly NamedBlob[])[] = [];
  #place = 0;

  async *questions(blobs: AsyncIterable<readonly NamedBlob[]>): AsyncGenerator<Buffer, void, undefined> {
    for await (const batch of blobs) {
      if (batch.length === 0) continue;
      this.#batches.push(batch);
      yield Buffer.from(`${batch.map(({ blob }) => blob).join('\n')}\n`, 'latin1');
    }
  }

  next(): NamedBlob {
    const batch = this.#batches[0]!;
    const blob = batch[this.#place]!;
    this.#place += 1;
    if (this.#place === batch.length) {
      this.#batches.shift();
      this.#place = 0;
    }
    return blob;
  }
}

const LF = 10;
