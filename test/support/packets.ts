/** One packet of git's; null is a flush packet. */
export function packet(payload: string | Uint8Array | null): Buffer {
  if (payload === null) return Buffer.from('0000');
  const bytes = Buffer.from(payload);
  return Buffer.concat([Buffer.from((bytes.length + 4).toString(16).padStart(4, '0')), bytes]);
}

export const packets = (...payloads: readonly (string | Uint8Array | null)[]): Buffer =>
  Buffer.concat(payloads.map(packet));

/** All packets of a stream, as latin1; a flush packet as null. */
export function unpack(bytes: Buffer): (string | null)[] {
  const found: (string | null)[] = [];
  for (let at = 0; at < bytes.length; ) {
    const length = Number.parseInt(bytes.toString('latin1', at, at + 4), 16);
    found.push(length === 0 ? null : bytes.toString('latin1', at + 4, at + length));
    at += Math.max(length, 4);
  }
  return found;
}
