import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readBlocks } from '../../../src/remote/blocks.ts';
import { noise } from '../../support/remote-fixtures.ts';

/** A file of 1,000 bytes in blocks of 64, and the ranges that were loaded of it. */
function blocksOf(keep: number) {
  const file = noise(1000);
  const loads: [number, number][] = [];
  const load = async (offset: number, length: number) => {
    loads.push([offset, length]);
    return file.subarray(offset, offset + length);
  };
  return { file, loads, read: readBlocks(load, file.length, 64, keep) };
}

describe('a file read in blocks', () => {
  it('gives the bytes of any range', async () => {
    const range = fc
      .integer({ min: 0, max: 999 })
      .chain((offset) => fc.tuple(fc.constant(offset), fc.integer({ min: 1, max: 1000 - offset })));
    await fc.assert(
      fc.asyncProperty(
        fc.array(range, { maxLength: 20 }),
        fc.integer({ min: 1, max: 20 }),
        async (ranges, keep) => {
          const { file, read } = blocksOf(keep);
          const results = await Promise.all(ranges.map(([offset, length]) => read(offset, length)));
          return results.every((bytes, i) => {
            const [offset, length] = ranges[i]!;
            return bytes.equals(file.subarray(offset, offset + length));
          });
        },
      ),
    );
  });

  it('loads blocks that are missing side by side in one go, and each once', async () => {
    const { loads, read } = blocksOf(20);
    await read(70, 200);
    await read(64, 64);
    await Promise.all([read(900, 100), read(990, 10)]);
    expect(loads).toEqual([
      [64, 256],
      [896, 104],
    ]);
  });

  it('forgets the block that was used longest ago', async () => {
    const { loads, read } = blocksOf(2);
    for (const offset of [0, 64, 0, 128, 0, 64]) await read(offset, 1);
    expect(loads.map(([offset]) => offset)).toEqual([0, 64, 128, 64]);
  });

  it('refuses a range that the file does not hold', async () => {
    const { read } = blocksOf(2);
    for (const [offset, length] of [
      [-1, 5],
      [996, 5],
      [0, 0],
    ] as const) {
      await expect(read(offset, length)).rejects.toMatchObject({ code: 'FORMAT_INVALID' });
    }
  });
});
