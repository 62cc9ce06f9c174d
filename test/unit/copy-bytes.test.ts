import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { copyBytes } from '../../src/copy-bytes.ts';

const MEMORY = 64;
const inside = fc
  .tuple(fc.nat({ max: MEMORY }), fc.uint8Array({ maxLength: MEMORY }), fc.nat({ max: 9 }))
  .filter(([at, bytes]) => at + bytes.length <= MEMORY);

describe('bytes that are copied', () => {
  it.each([
    ['shared', () => Buffer.from(new SharedArrayBuffer(MEMORY))],
    ['ordinary', () => Buffer.alloc(MEMORY)],
  ])('into %s memory are at their place, and nothing else has changed', (_, memory) => {
    fc.assert(
      fc.property(inside, ([at, bytes, shift]) => {
        const into = memory().fill(0xaa);
        const expected = Buffer.alloc(MEMORY, 0xaa);
        expected.set(bytes, at);
        const source = Buffer.concat([Buffer.alloc(shift), bytes]).subarray(shift);
        expect(copyBytes(source, into, at)).toBe(bytes.length);
        expect(into.equals(expected)).toBe(true);
      }),
    );
  });

  it('do not go beyond the end', () => {
    expect(() => copyBytes(Buffer.alloc(4), Buffer.alloc(MEMORY), MEMORY - 3)).toThrowError(RangeError);
  });
});
