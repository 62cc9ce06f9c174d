import { createHash, type Hash } from 'node:crypto';
import { LodeError } from '../errors.ts';
import { Chunker } from '../format/chunker.ts';
import { CHUNK_MIN } from '../format/limits.ts';
import { sha256 } from '../store/sha256.ts';

/** A piece of content between two cuts. */
export interface Chunk {
  /** SHA-256 of `data`, hex. */
  readonly hash: string;
  readonly data: Buffer;
  /** True for its object's last. */
  last: boolean;
}

export interface CutObject {
  readonly oid: string;
  /** Bytes of content. */
  readonly size: number;
}

/**
 * Second stage: cuts an object and hashes its chunks and the whole. The chunks come in batches as the pieces complete
 * them; the last batch comes only when the whole has proven to be `oid`: whoever waits for the end before he writes the
 * recipe relies on nothing rotten. An object of one chunk is one batch of one chunk, whose hash is `oid`. Throws
 * OBJECT_CORRUPT. `join` makes one of the parts of a chunk that is in several pieces.
 */
export function* cutVerified(
  pieces: Iterable<Buffer>,
  { oid, size }: CutObject,
  join?: (parts: Buffer[]) => Buffer,
): Generator<Chunk[]> {
  if (size <= CHUNK_MIN) {
    const batch = Array.from(pieces, hashed);
    if (batch.length !== 1 || batch[0]!.hash !== oid) throw corrupt(oid);
    batch[0]!.last = true;
    yield batch;
    return;
  }
  const chunker = new Chunker(join);
  let whole: Hash | undefined;
  let batch: Chunk[] | undefined;
  for (const piece of pieces) {
    if (batch !== undefined) yield batch;
    const chunks = chunker.push(piece);
    // The object may be one chunk, whose hash is the object's: to hash it a second time would cost as much as to cut it.
    if (piece.length === size) chunks.push(...chunker.end());
    if (chunks.length !== 1 || piece.length !== size) whole = (whole ?? createHash('sha256')).update(piece);
    batch = chunks.map(hashed);
  }
  const last = [...(batch ?? []), ...chunker.end().map(hashed)];
  const hash = whole === undefined ? last[0]?.hash : whole.digest('hex');
  if (hash !== oid) throw corrupt(oid);
  last.at(-1)!.last = true;
  yield last;
}

function corrupt(oid: string): LodeError {
  return new LodeError('OBJECT_CORRUPT', 'the content in the local store is not what it was', {
    subject: oid,
  });
}

function hashed(data: Buffer): Chunk {
  return { hash: sha256(data), data, last: false };
}
