import { describe, expect, it } from 'vitest';
import { afterPush } from '../../../src/remote/push-after.ts';
import { HOUR, R } from '../../../src/remote/times.ts';

describe('whether an ended push has to be looked at again', () => {
  const ended = 1_000_000;
  it.each([
    ['the refs moved at once', { reached: true, at: ended + 1000 }, ended + 100 * HOUR, 'done'],
    [
      'the refs moved before: somebody else pushed the same',
      { reached: true, at: ended - HOUR },
      ended,
      'done',
    ],
    ['the refs moved hours later', { reached: true, at: ended + 2 * HOUR }, ended + 3 * HOUR, 'check'],
    ['nobody knows when, and it is long ago', { reached: true, at: undefined }, ended + 2 * HOUR, 'check'],
    ['nobody knows when, and it was just now', { reached: true, at: undefined }, ended + 1000, 'done'],
    ['the refs have not moved', { reached: false, at: undefined }, ended + 20 * HOUR, 'wait'],
    ['the refs never moved', { reached: false, at: undefined }, ended + R, 'done'],
    ['git keeps no refs of a URL', undefined, ended + 1000, 'wait'],
    ['git keeps no refs of a URL, and it is long ago', undefined, ended + 2 * HOUR, 'check'],
  ] as const)('%s', (_, arrival, now, expected) => {
    expect(afterPush({ ended }, arrival, now)).toBe(expected);
  });
});
