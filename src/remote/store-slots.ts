import { WHOLE_BYTES } from './fetch-assemble.ts';

/** Each has room for an object that is stored as a whole. */
export const SLOT_BYTES = WHOLE_BYTES;
/** One that is filled, one that is stored, and as many as even out what each takes now and then. */
const SLOTS = 6;

/** Memory that a fetch shares with the thread that stores. No message carries bytes, and nothing is garbage. */
export function storeMemory(): SharedArrayBuffer {
  return new SharedArrayBuffer(SLOTS * SLOT_BYTES);
}

export function storeSlots(memory: SharedArrayBuffer): Buffer[] {
  return Array.from({ length: SLOTS }, (_, slot) => Buffer.from(memory, slot * SLOT_BYTES, SLOT_BYTES));
}
