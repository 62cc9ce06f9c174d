import { CHUNK_MAX } from '../format/limits.ts';

/*
 * Memory that the threads of a coder share: slots, each with room for a chunk, its base and what becomes of the two. No message
 * carries bytes, and nothing is garbage.
 */
export interface Slot {
  readonly data: Buffer;
  readonly base: Buffer;
  readonly result: Buffer;
}

export function slotMemory(slots: number): SharedArrayBuffer {
  return new SharedArrayBuffer(slots * 3 * CHUNK_MAX);
}

export function slotsIn(memory: SharedArrayBuffer): Slot[] {
  const part = (slot: number, at: number) => Buffer.from(memory, (slot * 3 + at) * CHUNK_MAX, CHUNK_MAX);
  return Array.from({ length: memory.byteLength / (3 * CHUNK_MAX) }, (_, slot) => ({
    data: part(slot, 0),
    base: part(slot, 1),
    result: part(slot, 2),
  }));
}
