/** Cuts content into chunks. Where the cuts are depends on the content alone; docs/FORMAT.md defines them. */
import { GEAR, GEAR_WINDOW } from './gear.ts';
import { CHUNK_MAX, CHUNK_MIN, CHUNK_NOMINAL } from './limits.ts';

/** The hash's upper bits, as many as the nominal length has: they depend on the most bytes. */
const MASK = ~(2 ** 32 / CHUNK_NOMINAL - 1);

/** Where in a chunk the rolling hash begins: the first tested position then has a full window behind it. */
const WINDOW_START = CHUNK_MIN - GEAR_WINDOW;

/**
 * Cuts one object. Give it the content in pieces of any length; the chunks do not depend on how it was divided.
 *
 *     const chunker = new Chunker();
 *     for await (const piece of file) for (const chunk of chunker.push(piece)) use(chunk);
 *     for (const chunk of chunker.end()) use(chunk);
 *
 * A piece belongs to the chunker once it is given: chunks are views of pieces where they can be, so a piece must not be
 * written to again. It holds at most `CHUNK_MAX` bytes and the pieces that these are in.
 */
export class Chunker {
  readonly #join: (parts: Buffer[]) => Buffer;
  /** The open chunk's bytes from earlier pieces. */
  #held: Buffer[] = [];
  /** The open chunk's length, as far as it has been looked at. */
  #length = 0;
  #hash = 0;

  /** `join` makes one of the parts of a chunk that is in several pieces. */
  constructor(join: (parts: Buffer[]) => Buffer = Buffer.concat) {
    this.#join = join;
  }

  /** The chunks that became whole, in order: `CHUNK_MIN` to `CHUNK_MAX` bytes each. */
  push(piece: Uint8Array): Buffer[] {
    const bytes = Buffer.from(piece.buffer, piece.byteOffset, piece.length);
    const chunks: Buffer[] = [];
    let start = 0;
    for (;;) {
      const cut = this.#findCut(bytes, start);
      if (cut === undefined) break;
      chunks.push(this.#take(bytes.subarray(start, cut)));
      start = cut;
    }
    if (start < bytes.length) this.#held.push(bytes.subarray(start));
    return chunks;
  }

  /** The last chunk, 1 to `CHUNK_MAX` bytes; none for empty content. The chunker then starts anew. */
  end(): Buffer[] {
    return this.#length === 0 ? [] : [this.#take(undefined)];
  }

  #take(last: Buffer | undefined): Buffer {
    const pieces = last === undefined ? this.#held : [...this.#held, last];
    this.#held = [];
    this.#length = 0;
    this.#hash = 0;
    return pieces.length === 1 ? pieces[0]! : this.#join(pieces);
  }

  /** Where the open chunk, which goes on at `from`, ends in `bytes`; undefined if it goes on beyond them. */
  #findCut(bytes: Buffer, from: number): number | undefined {
    const chunkStart = from - this.#length;
    // V8 takes what Math.max gives for a double, and the loops below would count in doubles, at half the speed.
    const skipTo = Math.max(from, chunkStart + WINDOW_START) | 0;
    const testFrom = chunkStart + CHUNK_MIN;
    const limit = chunkStart + CHUNK_MAX;
    const end = Math.min(bytes.length, limit);

    let hash = this.#hash;
    let at = skipTo;
    for (const stop = Math.min(testFrom - 1, end); at < stop; at++)
      hash = ((hash << 1) + GEAR[bytes[at]!]!) | 0;
    // Four bytes in one load: the loads, not the sums, are what takes time.
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    for (const stop = end - 3; at < stop; at += 4) {
      const four = view.getInt32(at, true);
      hash = ((hash << 1) + GEAR[four & 255]!) | 0;
      if ((hash & MASK) === 0) return at + 1;
      hash = ((hash << 1) + GEAR[(four >>> 8) & 255]!) | 0;
      if ((hash & MASK) === 0) return at + 2;
      hash = ((hash << 1) + GEAR[(four >>> 16) & 255]!) | 0;
      if ((hash & MASK) === 0) return at + 3;
      hash = ((hash << 1) + GEAR[four >>> 24]!) | 0;
      if ((hash & MASK) === 0) return at + 4;
    }
    for (; at < end; at++) {
      hash = ((hash << 1) + GEAR[bytes[at]!]!) | 0;
      if ((hash & MASK) === 0) return at + 1;
    }
    if (end === limit) return limit;
    this.#hash = hash;
    this.#length = bytes.length - chunkStart;
    return undefined;
  }
}
