import type { StoredObject } from '../store/store.ts';

/** Large enough that a read's own cost does not count, small enough that a socket waits only a millisecond for it. */
export const PIECE_BYTES = 1024 * 1024;

/**
 * Pieces in use at once beside those of the chunks that are under way: the one that is read, the one before it, whose chunks come
 * next, and the one that the first of these began in.
 */
const PIECES_IN_USE = 3;

/** First stage of a push: contents in pieces, read into the same few buffers again and again. */
export class PieceReader {
  readonly #buffers: Buffer[] = [];
  readonly #count: number;
  #next = 0;

  /** `underWay`: chunks that are worked on at once; no piece has less than one. */
  constructor(underWay: number) {
    this.#count = PIECES_IN_USE + underWay + 1;
  }

  /** An object's content in order. A piece is overwritten when `PIECES_IN_USE + underWay` more have been read. */
  *read(object: StoredObject): Generator<Buffer> {
    for (let offset = 0; offset < object.size; offset += PIECE_BYTES) {
      yield object.read(offset, Math.min(PIECE_BYTES, object.size - offset), this.#buffer());
    }
  }

  #buffer(): Buffer {
    this.#next = (this.#next + 1) % this.#count;
    this.#buffers[this.#next] ??= Buffer.allocUnsafeSlow(PIECE_BYTES);
    return this.#buffers[this.#next]!;
  }
}
