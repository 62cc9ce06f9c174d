import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { byteRange } from '../../../src/commands/byte-range.ts';

describe('a range of bytes', () => {
  test.each([
    ['0-0', 10, 0, 1],
    ['2-4', 10, 2, 3],
    ['2-', 10, 2, 8],
    ['9-9', 10, 9, 1],
    ['-3', 10, 7, 3],
    ['5-1000', 10, 5, 5],
    ['-1000', 10, 0, 10],
    ['0-', 9_007_199_254_740_991, 0, 9_007_199_254_740_991],
  ])('%s of %d bytes', (text, size, offset, length) => {
    expect(byteRange(text, size)).toEqual({ offset, length });
  });

  test.each(['10-', '10-20', '-0'])('%s holds none of 10 bytes', (text) => {
    expect(() => byteRange(text, 10)).toThrow(expect.objectContaining({ code: 'USAGE', subject: text }));
  });

  test.each(['0-', '0-0', '-1'])('%s holds nothing of nothing', (text) => {
    expect(() => byteRange(text, 0)).toThrow(expect.objectContaining({ code: 'USAGE' }));
  });

  test.each([
    '',
    '-',
    '5',
    '4-3',
    'a-b',
    '1-2,3-4',
    'bytes=0-1',
    '0x1-2',
    ' 1-2',
    '1-2\n',
    '12345678901234567-',
  ])('%j is none', (text) => {
    expect(() => byteRange(text, 10)).toThrow(
      expect.objectContaining({ message: 'that is not a range of bytes' }),
    );
  });

  test('lies in the content, whatever it says', () => {
    const edge = fc.nat(30);
    fc.assert(
      fc.property(edge, edge, fc.integer({ min: 1, max: 20 }), (a, b, size) => {
        const [first, last] = [Math.min(a, b), Math.max(a, b)];
        if (first >= size) return;
        const { offset, length } = byteRange(`${first}-${last}`, size);
        expect(offset).toBe(first);
        expect(offset + length).toBe(Math.min(last + 1, size));
      }),
    );
  });
});
