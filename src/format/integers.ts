/** Sizes are stored in 64 bits, big-endian, of which a JavaScript number holds 53: more than any object has. */

const HIGH = 2 ** 32;

/** The number at `offset`, or undefined if it is over 2^53 - 1. */
export function readSize(bytes: Buffer, offset: number): number | undefined {
  const size = bytes.readUInt32BE(offset) * HIGH + bytes.readUInt32BE(offset + 4);
  return Number.isSafeInteger(size) ? size : undefined;
}

export function writeSize(bytes: Buffer, size: number, offset: number): void {
  bytes.writeUInt32BE(Math.floor(size / HIGH), offset);
  bytes.writeUInt32BE(size % HIGH, offset + 4);
}
