import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Place } from '../../../src/format/recipe.ts';
import { GAP_BYTES, mergePlaces, Ranges, readCost } from '../../../src/remote/ranges.ts';

const MiB = 1024 * 1024;
const pack = (digit: string) => digit.repeat(64);

const place = fc.record({
  pack: fc.constantFrom(pack('a'), pack('b')),
  offset: fc.integer({ min: 0, max: 6 * MiB }),
  length: fc.oneof(fc.integer({ min: 1, max: 2000 }), fc.integer({ min: 1, max: 5 * MiB })),
});

const covers = (read: Place, { pack, offset, length }: Place) =>
  read.pack === pack && read.offset <= offset && offset + length <= read.offset + read.length;

describe('merged reads', () => {
  it('cover every place, and are no longer than a request unless one place is', () => {
    fc.assert(
      fc.property(fc.array(place, { maxLength: 30 }), (places) => {
        const reads = mergePlaces(places);
        for (const each of places) expect(reads.some((read) => covers(read, each))).toBe(true);
        for (const read of reads) {
          const alone = places.some(({ offset, length }) => offset === read.offset && length === read.length);
          expect(read.length <= 2.5 * MiB || alone).toBe(true);
        }
      }),
    );
  });

  it('bridge a small gap and no large one', () => {
    const at = (offset: number) => ({ pack: pack('a'), offset, length: 100 });
    expect(mergePlaces([at(100 + GAP_BYTES), at(0)])).toEqual([
      { pack: pack('a'), offset: 0, length: 200 + GAP_BYTES },
    ]);
    expect(mergePlaces([at(101 + GAP_BYTES), at(0)])).toHaveLength(2);
  });

  it('keep packs apart, and read what is asked for twice once', () => {
    const at = (digit: string) => ({ pack: pack(digit), offset: 8, length: 100 });
    expect(mergePlaces([at('b'), at('a'), at('b')])).toEqual([at('a'), at('b')]);
  });

  it('never read more than the cost that was counted in whatever order', () => {
    fc.assert(
      fc.property(fc.array(place, { maxLength: 30 }), (places) => {
        const cost = places.reduce((sum, each, i) => sum + readCost(each, places[i - 1]), 0);
        const bytes = mergePlaces(places).reduce((sum, { length }) => sum + length, 0);
        expect(bytes).toBeLessThanOrEqual(cost);
      }),
    );
  });
});

describe('what was read', () => {
  it('gives the bytes of a place, its failure, or nothing', () => {
    const ranges = new Ranges([
      { place: { pack: pack('a'), offset: 100, length: 10 }, content: Buffer.from('0123456789') },
      { place: { pack: pack('a'), offset: 200, length: 10 }, content: 'gone' },
    ]);
    expect(ranges.find({ pack: pack('a'), offset: 103, length: 4 })?.toString()).toBe('3456');
    expect(ranges.find({ pack: pack('a'), offset: 205, length: 5 })).toBe('gone');
    expect(ranges.find({ pack: pack('a'), offset: 105, length: 6 })).toBeUndefined();
    expect(ranges.find({ pack: pack('b'), offset: 103, length: 4 })).toBeUndefined();
  });
});
