import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Progress, progressLine } from '../../../src/ui/progress-line.ts';

const half: Progress = {
  title: 'Uploading',
  totalBytes: 2_000_000_000,
  totalItems: 10,
  bytes: 900_000_000,
  items: 4,
  skippedBytes: 100_000_000,
  skippedItems: 1,
  rate: 20_000_000,
};
const unknown = { ...half, totalBytes: undefined, totalItems: undefined, skippedBytes: 0, skippedItems: 0 };

test('says how far, how much, how fast, how long still, and what was not needed', () => {
  expect(progressLine(half, 120)).toBe(
    'Uploading: 50%, 1.00 GB of 2.00 GB, 20.0 MB/s, 0:50 left, 100 MB already there',
  );
});

test('counts files where bytes are not known', () => {
  const counted = { ...half, totalBytes: undefined, bytes: 0, skippedBytes: 0, rate: undefined };
  expect(progressLine(counted, 120)).toBe('Uploading: 50%, 5 of 10, 1 already there');
});

test('says what it has where no end is known', () => {
  expect(progressLine(unknown, 120)).toBe('Uploading: 900 MB, 20.0 MB/s');
});

test('an hour without a byte promises no end', () => {
  expect(progressLine({ ...half, rate: 0 }, 120)).not.toContain('left');
  expect(progressLine({ ...half, rate: 1 }, 120)).not.toContain('left');
});

test('more than was announced is not more than everything', () => {
  expect(progressLine({ ...half, bytes: 3e9 }, 120)).toMatch(/100%.*0:00 left/);
});

test('is 100% only when everything is done', () => {
  expect(progressLine({ ...half, skippedBytes: 0, bytes: 1_999_999_999 }, 120)).toContain('99%');
});

test('leaves out what matters least when the terminal is narrow', () => {
  expect(progressLine(half, 50)).toBe('Uploading: 50%, 1.00 GB of 2.00 GB, 20.0 MB/s');
  expect(progressLine(half, 20)).toBe('Uploading: 50%');
  expect(progressLine(half, 6)).toBe('Uploa');
});

test('never fills the line, whatever the numbers', () => {
  const amount = fc.double({ min: 0, max: 1e18, noNaN: true });
  const maybe = fc.option(amount, { nil: undefined });
  const progress: fc.Arbitrary<Progress> = fc.record({
    title: fc.constantFrom('Uploading', 'Checking out\u001b[2J'),
    totalBytes: maybe,
    totalItems: maybe,
    bytes: amount,
    items: amount,
    skippedBytes: amount,
    skippedItems: amount,
    rate: maybe,
  });
  fc.assert(
    fc.property(progress, fc.integer({ min: 1, max: 200 }), (moment, columns) => {
      const line = progressLine(moment, columns);
      expect(line.length).toBeLessThan(columns);
      expect(line).not.toMatch(/\p{Cc}|NaN|Infinity|undefined/u);
    }),
    { numRuns: 300 },
  );
});
