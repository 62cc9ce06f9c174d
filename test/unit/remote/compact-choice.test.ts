import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MERGED_MAX, tablesToMerge } from '../../../src/remote/compact-choice.ts';

const tables = (sizes: readonly number[]) => sizes.map((size, i) => ({ name: `${i}`, size, time: 0 }));
const sizesOf = (sizes: readonly number[]) => tablesToMerge(tables(sizes)).map(({ size }) => size);

describe('which tables a pusher merges', () => {
  it('none before a tier has sixteen', () => {
    expect(sizesOf(Array(15).fill(20_000))).toEqual([]);
    expect(sizesOf([...Array(15).fill(20_000), 500_000, 3_000_000])).toEqual([]);
  });

  it('all of the lowest full tier', () => {
    expect(sizesOf([500_000, ...Array(17).fill(20_000)])).toEqual(Array(17).fill(20_000));
    expect(sizesOf([...Array(16).fill(400_000), ...Array(5).fill(20_000)])).toEqual(Array(16).fill(400_000));
  });

  it('none if sixteen of them are more than a pusher merges', () => {
    expect(sizesOf(Array(40).fill(600_000))).toEqual([]);
  });

  it('never more than the limit, nor fewer than sixteen', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 17_000, max: 3_000_000 }), { maxLength: 60 }), (sizes) => {
        const chosen = sizesOf(sizes);
        expect(chosen.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(MERGED_MAX);
        if (chosen.length > 0) expect(chosen.length).toBeGreaterThanOrEqual(16);
      }),
      { numRuns: 200 },
    );
  });
});
