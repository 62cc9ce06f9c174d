import zlib from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { looksRandom, SAMPLED_MIN } from '../../../src/remote/push-raw.ts';
import { noise, text } from '../../support/remote-fixtures.ts';

/** Bytes of which one in `every` is a zero. */
function withZeros(length: number, every: number): Buffer {
  const bytes = noise(length, every);
  for (let at = 0; at < length; at += every) bytes[at] = 0;
  return bytes;
}

describe('what is not worth compressing', () => {
  it.each([SAMPLED_MIN, 100_000, 512 * 1024])('are %i random bytes, whatever their seed', (length) => {
    for (let seed = 1; seed <= 200; seed++) expect(looksRandom(noise(length, seed))).toBe(true);
  });

  it('is what is compressed already', () => {
    expect(looksRandom(zlib.gzipSync(noise(1_000_000).toString('base64')).subarray(20))).toBe(true);
  });
});

describe('what may be worth compressing', () => {
  it.each([
    ['text', text(100_000)],
    ['a single byte', Buffer.alloc(100_000, 7)],
    ['numbers of which a byte in eight is zero', withZeros(100_000, 8)],
    ['numbers of which a byte in twenty is zero', withZeros(100_000, 20)],
    ['base64', Buffer.from(noise(100_000).toString('base64'))],
    ['floating point numbers', Buffer.from(Float32Array.from({ length: 25_000 }, Math.random).buffer)],
  ])('is %s', (_, bytes) => {
    expect(looksRandom(bytes)).toBe(false);
  });
});
