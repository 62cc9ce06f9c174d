/**
 * Copies all of `bytes` to a place in `into`, and gives their number. To and from memory that threads share, Buffer.copy and
 * TypedArray.set of Node 20 go a byte at a time where the two do not lie alike: six times as long.
 */
export function copyBytes(bytes: Uint8Array, into: Buffer, at: number): number {
  // An empty one is no filling.
  if (bytes.length > 0) into.fill(bytes, at, at + bytes.length);
  return bytes.length;
}
