import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SLICE, slices } from '../../../src/backend/slices.ts';

describe('slices', () => {
  it('hold the same bytes, in pieces of exactly one slice but for the last', () => {
    const sizes = fc.array(
      fc.oneof(fc.nat(10), fc.nat(3 * SLICE), fc.constantFrom(SLICE, SLICE - 1, SLICE + 1)),
      {
        maxLength: 5,
      },
    );
    fc.assert(
      fc.property(sizes, (lengths) => {
        const parts = lengths.map((length, index) => Buffer.alloc(length, index + 1));
        const pieces = [...slices(parts)];
        expect(Buffer.concat(pieces).equals(Buffer.concat(parts))).toBe(true);
        for (const piece of pieces.slice(0, -1)) expect(piece.byteLength).toBe(SLICE);
        expect(pieces.at(-1)?.byteLength ?? 1).toBeGreaterThan(0);
      }),
      { numRuns: 30 },
    );
  });

  it('of one large part copy nothing', () => {
    const part = Buffer.alloc(2 * SLICE);
    for (const piece of slices([part])) expect(piece.buffer).toBe(part.buffer);
  });
});
