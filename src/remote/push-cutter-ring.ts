import { CHUNK_MAX } from '../format/limits.ts';
import { PIECE_BYTES } from './push-read.ts';

/*
 * Memory that a push and its cutting thread share: a ring of slots, which the thread fills in turn and the push gives back in the same
 * order, so that two counters tell which are free.
 */
const SLOTS = 6;
/** A slot has room for a piece, and for the one chunk that began in the piece before it. */
const SLOT_BYTES = PIECE_BYTES + CHUNK_MAX;
const CONTROL_BYTES = 64;
/** Index into the control words: slots that were given back since the beginning. */
const GIVEN_BACK = 0;

export interface CutSlot {
  readonly piece: Buffer;
  readonly joined: Buffer;
}

/** The cutting thread's end, and the push's. */
export class CutRing {
  readonly memory: SharedArrayBuffer;
  readonly #control: Int32Array;
  /** Slots that were taken since the beginning. */
  #taken = 0;

  constructor(memory = new SharedArrayBuffer(CONTROL_BYTES + SLOTS * SLOT_BYTES)) {
    this.memory = memory;
    this.#control = new Int32Array(memory, 0, 1);
  }

  /** The next slot to fill; blocks until it is free. */
  take(): CutSlot {
    for (;;) {
      const back = Atomics.load(this.#control, GIVEN_BACK);
      if (this.#taken - back < SLOTS) break;
      Atomics.wait(this.#control, GIVEN_BACK, back);
    }
    const at = CONTROL_BYTES + (this.#taken++ % SLOTS) * SLOT_BYTES;
    return {
      piece: Buffer.from(this.memory, at, PIECE_BYTES),
      joined: Buffer.from(this.memory, at + PIECE_BYTES, CHUNK_MAX),
    };
  }

  /** What is in a slot. */
  view(at: number, length: number): Buffer {
    return Buffer.from(this.memory, at, length);
  }

  /** Gives the slot back that was taken before all others. */
  giveBack(): void {
    Atomics.add(this.#control, GIVEN_BACK, 1);
    Atomics.notify(this.#control, GIVEN_BACK);
  }
}
