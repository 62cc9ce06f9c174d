import fc from 'fast-check';
import { expect, it } from 'vitest';
import { addToFilter, filterBytes, mayBeIn } from '../../../src/format/bloom.ts';

const oid = fc.stringMatching(/^[0-9a-f]{64}$/);

/** As docs/FORMAT.md has it: bit (first + probe * step) modulo the number of bits. */
function bitsOf(oid: string, bits: number): number[] {
  const bytes = Buffer.from(oid, 'hex');
  const [first, step] = [BigInt(bytes.readUInt32BE(4)), BigInt(bytes.readUInt32BE(8))];
  return [0n, 1n, 2n, 3n, 4n, 5n, 6n].map((probe) => Number((first + probe * step) % BigInt(bits)));
}

it('has the seven bits of each oid that is in it, and no other bit', () => {
  fc.assert(
    fc.property(fc.uniqueArray(oid, { minLength: 1, maxLength: 40 }), oid, (oids, other) => {
      const filter = Buffer.alloc(filterBytes(oids.length));
      for (const each of oids) addToFilter(filter, Buffer.from(each, 'hex'), 0);
      const expected = new Set(oids.flatMap((each) => bitsOf(each, filter.length * 8)));
      for (let bit = 0; bit < filter.length * 8; bit++)
        expect((filter[bit >>> 3]! >>> (bit & 7)) & 1).toBe(expected.has(bit) ? 1 : 0);
      expect(oids.every((each) => mayBeIn(filter, each))).toBe(true);
      const holds = bitsOf(other, filter.length * 8).every((bit) => expected.has(bit));
      expect(mayBeIn(filter, other)).toBe(holds);
    }),
  );
});
