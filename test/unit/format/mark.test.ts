import { expect, test } from 'vitest';
import { decodeMark, encodeMark } from '../../../src/format/mark.ts';
import { hashOf, nameOf } from './samples.ts';

const mark = { packs: [nameOf(2), nameOf(1), nameOf(2)], tables: [nameOf(3)] };
const sorted = { packs: [nameOf(1), nameOf(2)].sort(), tables: [nameOf(3)] };

test('a mark comes back sorted, each name once', () => {
  const { name, bytes } = encodeMark(mark);
  expect(decodeMark(bytes, name)).toEqual(sorted);
});

test('two marks of the same things are two files', () => {
  expect(encodeMark(mark).name).not.toBe(encodeMark(mark).name);
});

test('a mark under the name of another is refused', () => {
  expect(() => decodeMark(encodeMark(mark).bytes, encodeMark(mark).name)).toThrow(
    expect.objectContaining({ code: 'FORMAT_INVALID' }),
  );
});

test('a mark of a later version is refused with the way out', () => {
  const { bytes } = encodeMark(mark);
  bytes[7] = 9;
  expect(() => decodeMark(bytes, hashOf(bytes))).toThrow(
    expect.objectContaining({ code: 'FORMAT_UNKNOWN_VERSION', hint: 'npm install -g git-lode@latest' }),
  );
});

test('a mark of what has no name is not written', () => {
  expect(() => encodeMark({ packs: ['abc'], tables: [] })).toThrow(
    expect.objectContaining({ code: 'INTERNAL' }),
  );
});
