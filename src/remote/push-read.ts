import type { StoredObject } from '../store/store.ts';

/** Large enough that a read's own cost does not count, small enough that a socket waits only a millisecond for it. */
const PIECE_BYTES = 1024 * 1024;

/** First stage of a push: an object's content in pieces, each in a buffer of its own. */
export function* readPieces(object: StoredObject): Generator<Buffer> {
  for (let offset = 0; offset < object.size; offset += PIECE_BYTES) {
    yield object.read(offset, Math.min(PIECE_BYTES, object.size - offset));
  }
}
