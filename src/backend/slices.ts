/** 1 MiB: over TLS half the CPU and half the memory of one 64 MiB write. */
export const SLICE = 1024 * 1024;

/** The bytes of `body` in order, as pieces of `SLICE` bytes (the last may be shorter); small parts are joined, large ones are views. */
export function* slices(body: readonly Uint8Array[]): Generator<Uint8Array> {
  let pending: Uint8Array[] = [];
  let size = 0;
  for (const part of body) {
    for (let start = 0; start < part.byteLength; ) {
      const piece = part.subarray(start, start + SLICE - size);
      pending.push(piece);
      size += piece.byteLength;
      start += piece.byteLength;
      if (size < SLICE) continue;
      yield joined(pending, size);
      pending = [];
      size = 0;
    }
  }
  if (size > 0) yield joined(pending, size);
}

function joined(pieces: Uint8Array[], size: number): Uint8Array {
  return pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces, size);
}
