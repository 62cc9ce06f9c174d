/**
 * The gear table: for each byte a 32-bit number, fixed for ever. Entry i is the first four bytes, big-endian, of the
 * SHA-256 of the ASCII text `git-lode gear <i>`, i in decimal. docs/FORMAT.md lists all 256.
 */
import { createHash } from 'node:crypto';

export const GEAR: Int32Array = Int32Array.from({ length: 256 }, (_, byte) =>
  createHash('sha256').update(`git-lode gear ${byte}`).digest().readInt32BE(0),
);

/** Bytes that the rolling hash sees: each step shifts by one bit, so a byte is gone after 32. */
export const GEAR_WINDOW = 32;
