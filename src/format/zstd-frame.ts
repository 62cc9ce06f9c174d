/**
 * Reads a zstd frame's own description of itself (RFC 8878, section 3.1.1) before a decoder is given the frame. Node's
 * decoder accepts joined frames and junk behind one, the WASM build allocates whatever a frame claims.
 */

const FRAME_MAGIC = 0xfd2fb528;
const SINGLE_SEGMENT = 0x20;
const RESERVED_AND_DICTIONARY_ID = 0x0b;
const CHECKSUM = 0x04;
const BLOCK_RLE = 1;
const BLOCK_RESERVED = 3;
const BLOCK_HEADER_BYTES = 3;

/**
 * True if `bytes` are exactly one frame that says it holds `rawLength` bytes, in a single segment (so the decoder's
 * window is no larger than these bytes) and without a dictionary's number.
 */
export function isOneFrame(bytes: Buffer, rawLength: number): boolean {
  if (bytes.length < 6 || bytes.readUInt32LE(0) !== FRAME_MAGIC) return false;
  const descriptor = bytes[4]!;
  if ((descriptor & SINGLE_SEGMENT) === 0 || (descriptor & RESERVED_AND_DICTIONARY_ID) !== 0) return false;
  const sizeBytes = 1 << (descriptor >> 6);
  if (bytes.length < 5 + sizeBytes || contentSize(bytes, sizeBytes) !== rawLength) return false;
  const checksumBytes = (descriptor & CHECKSUM) === 0 ? 0 : 4;
  return blocksEnd(bytes, 5 + sizeBytes) === bytes.length - checksumBytes;
}

function contentSize(bytes: Buffer, sizeBytes: number): number {
  if (sizeBytes === 1) return bytes[5]!;
  if (sizeBytes === 2) return bytes.readUInt16LE(5) + 256;
  if (sizeBytes === 4) return bytes.readUInt32LE(5);
  return Number(bytes.readBigUInt64LE(5));
}

/** Where the last block ends, or -1 if the blocks do not end within the bytes. */
function blocksEnd(bytes: Buffer, start: number): number {
  let at = start;
  while (at + BLOCK_HEADER_BYTES <= bytes.length) {
    const header = bytes.readUIntLE(at, BLOCK_HEADER_BYTES);
    const type = (header >> 1) & 3;
    if (type === BLOCK_RESERVED) return -1;
    at += BLOCK_HEADER_BYTES + (type === BLOCK_RLE ? 1 : header >> 3);
    if ((header & 1) === 1) return at;
  }
  return -1;
}
