import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  isHex,
  markKey,
  packKey,
  parseKey,
  pinKey,
  repositoryKey,
  tableKey,
} from '../../../src/format/keys.ts';
import { nameOf } from './samples.ts';

const name = nameOf('x');

test('every key is parsed as what it was made for', () => {
  expect(parseKey('git-lode.json')).toEqual({ kind: 'format' });
  expect(parseKey(repositoryKey(name))).toEqual({ kind: 'repository', name });
  expect(parseKey(packKey(name))).toEqual({ kind: 'pack', name });
  expect(parseKey(tableKey(name))).toEqual({ kind: 'table', name });
  expect(parseKey(markKey(name))).toEqual({ kind: 'mark', name });
  expect(parseKey(pinKey('release-1.0'))).toEqual({ kind: 'pin', name: 'release-1.0' });
});

test.each([
  '',
  'git-lode.json/x',
  'packs',
  'packs/',
  `packs/${name}0`,
  `packs/${name.toUpperCase()}`,
  `packs/x/${name}`,
  `Packs/${name}`,
  `/packs/${name}`,
  `toString/${name}`,
  `packs/${name}\n`,
  'pins/',
  'pins/..',
  'pins/.a',
  'pins/a..b',
  'pins/a/b',
  'pins/A',
  `pins/${'a'.repeat(129)}`,
])('%j is not ours', (key) => {
  expect(parseKey(key)).toBeUndefined();
});

test('whatever is parsed is a key that every store takes', () => {
  const folder = fc.constantFrom('pins/', 'packs/', '', 'marks/');
  fc.assert(
    fc.property(
      folder,
      fc.string({ unit: fc.constantFrom('a', '.', '-', '/', '0', 'Z', '\n') }),
      (start, rest) => {
        const key = start + rest;
        if (parseKey(key) === undefined) return;
        expect(key).toMatch(/^[a-z0-9./-]+$/);
        expect(key.split('/')).not.toContain('..');
      },
    ),
    { numRuns: 500 },
  );
});

test('hex digits are those, in lower case, and so many of them', () => {
  const text = fc.oneof(
    fc.string({ maxLength: 6 }),
    fc.stringMatching(/^[0-9a-fA-F]{3,5}$/),
    fc.string({ unit: 'binary' }),
  );
  fc.assert(
    fc.property(text, (some) => {
      expect(isHex(some, 4)).toBe(/^[0-9a-f]{4}$/.test(some) && some.length === 4);
    }),
  );
});
