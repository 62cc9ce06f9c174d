import { expect, test } from 'vitest';
import { nearest } from '../../../src/config/nearest.ts';

const verbs = ['install', 'status', 'push', 'pull', 'fetch'];

test.each([
  ['stauts', 'status'],
  ['psuh', 'push'],
  ['pul', 'pull'],
  ['FETCH', 'fetch'],
  ['instal', 'install'],
])('%s is taken for %s', (typed, meant) => {
  expect(nearest(typed, verbs)).toBe(meant);
});

test.each(['commit', 'x', '', 'reticulate'])('%s is near to nothing', (typed) => {
  expect(nearest(typed, verbs)).toBeUndefined();
});

test('a word of a million letters costs no more than one of 64', () => {
  expect(nearest('p'.repeat(1_000_000), verbs)).toBeUndefined();
});
