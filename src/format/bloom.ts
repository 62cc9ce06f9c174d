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
  const bits = filter.length * 8;
  const step = bytes.readUInt32BE(offset + 8) % bits;
  let bit = bytes.readUInt32BE(offset + 4) % bits;
  for (let probe = 0; probe < PROBES; probe++) {
    filter[bit >>> 3]! |= 1 << (bit & 7);
    bit = next(bit, step, bits);
  }
}

/** False means that no object with this oid is in the table that the filter is from. */
export function mayBeIn(filter: Uint8Array, oid: string): boolean {
  if (filter.length === 0) return false;
  const bytes = Buffer.from(oid, 'hex');
  const bits = filter.length * 8;
  const step = bytes.readUInt32BE(8) % bits;
  let bit = bytes.readUInt32BE(4) % bits;
  for (let probe = 0; probe < PROBES; probe++) {
    if ((filter[bit >>> 3]! & (1 << (bit & 7))) === 0) return false;
    bit = next(bit, step, bits);
  }
  return true;
}

/** (`bit` + `step`) modulo `bits`, without a division: both are smaller than `bits`. */
function next(bit: number, step: number, bits: number): number {
  const sum = bit + step;
  return sum < bits ? sum : sum - bits;
}
