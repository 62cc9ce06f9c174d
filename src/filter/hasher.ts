import { createHash, type Hash } from 'node:crypto';
import { LodeError } from '../errors.ts';
import { startThread } from '../start-thread.ts';
import { RING_SLOTS, type RingMemory, ringMemory, SLOT_BYTES, STATE } from './hash-ring.ts';

/** Hashes one content after the other, slot by slot. The slots are the caller's to fill, one at a time. */
export interface Hasher {
  /** An empty slot of SLOT_BYTES; waits until one is free. */
  acquire(): Buffer;
  /** Hands in the first `length` bytes of the slot that was acquired; it must not be touched afterwards. */
  submit(length: number): void;
  /** The SHA-256 of everything since the last call, in lower-case hex. Ready for the next content. */
  digest(): string;
}

export function inlineHasher(): Hasher {
  const slot = Buffer.allocUnsafeSlow(SLOT_BYTES);
  let hash: Hash = createHash('sha256');
  return {
    acquire: () => slot,
    submit: (length) => {
      hash.update(slot.subarray(0, length));
    },
    digest: () => {
      const digest = hash.digest('hex');
      hash = createHash('sha256');
      return digest;
    },
  };
}

/**
 * Hashes in a thread while this one goes on reading: the two share a ring of slots and block on nothing else. `script` is the built
 * hash-worker. Throws INTERNAL if the thread makes no progress for 60 times `waitMs`: this one blocks, and could not hear of its end.
 */
export function threadHasher(script: URL, waitMs = 1000): Hasher {
  const memory: RingMemory = ringMemory();
  const worker = startThread(script, memory.shared);
  worker.unref();
  // Whoever waits for it hears of its end by waiting in vain.
  worker.on('error', () => {});
  const { control, slots, digest } = memory;
  let submitted = 0;
  return {
    acquire() {
      waitWhile(control, STATE.taken, (taken) => submitted - taken >= RING_SLOTS, waitMs);
      return slots[submitted % RING_SLOTS]!;
    },
    submit(length) {
      control[STATE.lengths + (submitted % RING_SLOTS)] = length;
      submitted++;
      Atomics.store(control, STATE.submitted, submitted);
      Atomics.notify(control, STATE.submitted);
    },
    digest() {
      const before = Atomics.load(control, STATE.digests);
      this.acquire();
      this.submit(-1);
      waitWhile(control, STATE.digests, (digests) => digests === before, waitMs);
      return digest.toString('hex');
    },
  };
}

/** A second of waiting, so often: a slot takes a millisecond, but a machine may sleep or swap in between. */
const MOST_WAITS = 60;

function waitWhile(
  control: Int32Array<SharedArrayBuffer>,
  index: number,
  holds: (value: number) => boolean,
  waitMs: number,
): void {
  let waits = 0;
  for (let value = Atomics.load(control, index); holds(value); value = Atomics.load(control, index)) {
    if (Atomics.wait(control, index, value, waitMs) !== 'timed-out') continue;
    if (++waits >= MOST_WAITS) throw new LodeError('INTERNAL', 'the thread that hashes has stopped');
  }
}
