import { createHash, type Hash } from 'node:crypto';
import { Worker } from 'node:worker_threads';
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
 * hash-worker.
 */
export function threadHasher(script: URL): Hasher {
  const memory: RingMemory = ringMemory();
  const worker = new Worker(script, { workerData: memory.shared, stdout: false, stderr: false });
  worker.unref();
  const { control, slots, digest } = memory;
  let submitted = 0;
  return {
    acquire() {
      waitWhile(control, STATE.taken, (taken) => submitted - taken >= RING_SLOTS);
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
      waitWhile(control, STATE.digests, (digests) => digests === before);
      return digest.toString('hex');
    },
  };
}

function waitWhile(
  control: Int32Array<SharedArrayBuffer>,
  index: number,
  holds: (value: number) => boolean,
): void {
  for (let value = Atomics.load(control, index); holds(value); value = Atomics.load(control, index)) {
    Atomics.wait(control, index, value);
  }
}
