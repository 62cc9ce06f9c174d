/** Memory that the filter's thread and the hashing thread share: a ring of slots, and counters that both wait on. */
export const SLOT_BYTES = 1 << 20;
export const RING_SLOTS = 8;
const DIGEST_BYTES = 32;

/** Indexes into `control`. */
export const STATE = {
  /** Slots handed in since the beginning. */
  submitted: 0,
  /** Slots worked off. */
  taken: 1,
  /** Contents finished. */
  digests: 2,
  /** The first of RING_SLOTS lengths in bytes; -1 ends a content. */
  lengths: 3,
} as const;

export interface RingMemory {
  readonly shared: SharedArrayBuffer;
  readonly control: Int32Array<SharedArrayBuffer>;
  readonly digest: Buffer;
  readonly slots: readonly Buffer[];
}

export function ringMemory(shared?: SharedArrayBuffer): RingMemory {
  const words = STATE.lengths + RING_SLOTS;
  const digestAt = words * 4;
  const slotsAt = Math.ceil((digestAt + DIGEST_BYTES) / 64) * 64;
  const memory = shared ?? new SharedArrayBuffer(slotsAt + RING_SLOTS * SLOT_BYTES);
  return {
    shared: memory,
    control: new Int32Array(memory, 0, words),
    digest: Buffer.from(memory, digestAt, DIGEST_BYTES),
    slots: Array.from({ length: RING_SLOTS }, (_, i) =>
      Buffer.from(memory, slotsAt + i * SLOT_BYTES, SLOT_BYTES),
    ),
  };
}
