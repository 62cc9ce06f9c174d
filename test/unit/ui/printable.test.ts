import fc from 'fast-check';
import { expect, test } from 'vitest';
import { printable } from '../../../src/ui/printable.ts';

test.each([
  ['a colour', '\u001b[31mred', '\\x1b[31mred'],
  ['a title', '\u001b]0;owned\u0007', '\\x1b]0;owned\\x07'],
  ['one byte that starts a sequence', '\u009b2J', '\\x9b2J'],
  ['a line feed and a return', 'a\r\nb', 'a\\r\\nb'],
  ['text turned around', 'gnp\u202e.exe', 'gnp\\u202e.exe'],
  ['half of a pair', 'x\ud800', 'x\\ud800'],
])('%s is shown, not obeyed', (_, text, shown) => {
  expect(printable(text)).toBe(shown);
});

test.each(['data/größe.csv', '数据.bin', '🦆.png', "it's.bin"])('%s stays as it is', (text) => {
  expect(printable(text)).toBe(text);
});

test('no control character is left of any text, and a second pass changes nothing', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const shown = printable(text);
      expect(shown).not.toMatch(/\p{Cc}/u);
      expect(printable(shown)).toBe(shown);
    }),
    { numRuns: 300 },
  );
});
