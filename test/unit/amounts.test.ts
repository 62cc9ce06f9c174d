import { expect, test } from 'vitest';
import { formatBytes, formatCount, formatDuration } from '../../src/amounts.ts';

test.each([
  [0, '0 B'],
  [275, '275 B'],
  [999, '999 B'],
  [1000, '1.00 kB'],
  [9_999, '10.0 kB'],
  [99_960, '100 kB'],
  [999_400, '999 kB'],
  [999_600, '1.00 MB'],
  [1_286_000_000, '1.29 GB'],
  [9e15, '9.00 PB'],
  [9e18, '9000 PB'],
])('%d bytes are %s', (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text);
});

test.each([
  [0, '0:00'],
  [6.2, '0:07'],
  [59.5, '1:00'],
  [760, '12:40'],
  [11_100, '3:05:00'],
])('%d seconds are %s', (seconds, text) => {
  expect(formatDuration(seconds)).toBe(text);
});

test('one is not many', () => {
  expect([formatCount(1, 'file'), formatCount(0, 'file'), formatCount(20_000, 'file')]).toEqual([
    '1 file',
    '0 files',
    '20,000 files',
  ]);
});
