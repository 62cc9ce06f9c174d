import fc from 'fast-check';
import { expect, it } from 'vitest';
import { plainText } from '../../../src/backend/plain-text.ts';

it('leaves nothing that a terminal obeys', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (text) => {
      const shown = plainText(text);
      expect(shown).not.toMatch(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u);
      expect(shown.length).toBeLessThanOrEqual(301);
    }),
  );
});

it('keeps what people write', () => {
  expect(plainText('Zugriff für „Team“ verweigert (403)')).toBe('Zugriff für „Team“ verweigert (403)');
  expect(plainText('red\u001b[31m\nline')).toBe('red\ufffd[31m\ufffdline');
});
