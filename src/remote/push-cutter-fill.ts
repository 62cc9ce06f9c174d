import { copyBytes } from '../copy-bytes.ts';
import type { Store } from '../store/store.ts';
import { type Chunk, type CutObject, cutVerified } from './push-cut.ts';
import type { CutRing, CutSlot } from './push-cutter-ring.ts';
import { PIECE_BYTES } from './push-read.ts';

/** A chunk in the shared memory. */
export interface PlacedCut {
  /** Which of the objects it belongs to. */
  readonly object: number;
  readonly hash: string;
  /** Where it begins in the memory, and its length, in bytes. */
  readonly at: number;
  readonly length: number;
  readonly last: boolean;
}

/** The cutting thread's work: fills one slot after the other with pieces of objects and hands each in with the chunks in it. */
export class SlotFiller {
  readonly #store: Store;
  readonly #ring: CutRing;
  readonly #handIn: (chunks: readonly PlacedCut[]) => void;
  /** The slot that is handed in next, how much of it is used, and its chunks. */
  #slot: CutSlot | undefined;
  #used = 0;
  #chunks: PlacedCut[] = [];

  constructor(store: Store, ring: CutRing, handIn: (chunks: readonly PlacedCut[]) => void) {
    this.#store = store;
    this.#ring = ring;
    this.#handIn = handIn;
  }

  /** Cuts an object; small ones share a slot. Throws OBJECT_CORRUPT. False if it is not in the store. */
  cut(object: number, { oid, size }: CutObject): boolean {
    const stored = this.#store.open(oid, size);
    if (stored === undefined) return false;
    try {
      if (this.#slot === undefined || this.#used + size > PIECE_BYTES) {
        this.flush();
        this.#slot = this.#ring.take();
      }
      // The newest slot: chunks are looked for in its piece, before those of the slot before it are given.
      let newest = this.#slot;
      const filled: CutSlot[] = [newest];
      const used = this.#used;
      const takeSlot = () => {
        newest = this.#ring.take();
        filled.push(newest);
      };
      const pieces = function* (): Generator<Buffer> {
        for (let offset = 0; offset < size; offset += PIECE_BYTES) {
          if (offset > 0) takeSlot();
          const length = Math.min(PIECE_BYTES, size - offset);
          yield stored.read(offset, length, newest.piece.subarray(offset === 0 ? used : 0));
        }
      };
      const join = (parts: Buffer[]) => joinInto(newest.joined, parts);
      for (const batch of cutVerified(pieces(), { oid, size }, join)) {
        const slot = filled.shift()!;
        if (slot !== this.#slot) {
          this.flush();
          this.#slot = slot;
        }
        for (const chunk of batch) this.#chunks.push(placed(object, chunk));
      }
      this.#used = size <= PIECE_BYTES ? used + size : PIECE_BYTES;
      return true;
    } finally {
      stored.close();
    }
  }

  /** Hands in what there is. */
  flush(): void {
    if (this.#slot === undefined) return;
    const chunks = this.#chunks;
    this.#slot = undefined;
    this.#used = 0;
    this.#chunks = [];
    this.#handIn(chunks);
  }
}

function placed(object: number, { hash, data, last }: Chunk): PlacedCut {
  return { object, hash, at: data.byteOffset, length: data.length, last };
}

function joinInto(room: Buffer, parts: readonly Buffer[]): Buffer {
  let length = 0;
  for (const part of parts) {
    length += copyBytes(part, room, length);
  }
  return room.subarray(0, length);
}
