/**
 * The filter of an index file: ten bits and seven probes an object, wrong about once in a hundred and never the other
 * way. Its hashes are words of the oid, which is one already (Kirsch and Mitzenmacher: two hashes simulate seven).
 */

const BITS_AN_OBJECT = 10;
const PROBES = 7;

export function filterBytes(objects: number): number {
  return Math.ceil((objects * BITS_AN_OBJECT) / 8);
}

/** The oid, or its first half, begins at `offset` in `bytes`. */
export function addToFilter(filter: Uint8Array, bytes: Buffer, offset: number): void {
  for (let probe = 0; probe < PROBES; probe++) {
    const bit = bitOf(filter, bytes, offset, probe);
    filter[bit >>> 3]! |= 1 << (bit & 7);
  }
}

/** False means that no object with this oid is in the table that the filter is from. */
export function mayBeIn(filter: Uint8Array, oid: string): boolean {
  if (filter.length === 0) return false;
  const bytes = Buffer.from(oid, 'hex');
  for (let probe = 0; probe < PROBES; probe++) {
    const bit = bitOf(filter, bytes, 0, probe);
    if ((filter[bit >>> 3]! & (1 << (bit & 7))) === 0) return false;
  }
  return true;
}

function bitOf(filter: Uint8Array, bytes: Buffer, offset: number, probe: number): number {
  const first = bytes.readUInt32BE(offset + 4);
  const step = bytes.readUInt32BE(offset + 8);
  return (first + probe * step) % (filter.length * 8);
}
