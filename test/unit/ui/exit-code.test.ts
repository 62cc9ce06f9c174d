import fs from 'node:fs';
import { expect, test } from 'vitest';
import { LodeError } from '../../../src/errors.ts';
import { EXIT_CODES, exitCodeOf } from '../../../src/ui/exit-code.ts';

const page = fs.readFileSync(new URL('../../../docs/EXIT-CODES.md', import.meta.url), 'utf8');
const rows = [...page.matchAll(/^\| (\d+) *\| [^|]+\| ([^|]*)\|$/gm)].map(([, code, errors]) => ({
  code: Number(code),
  errors: [...errors!.matchAll(/`(\w+)`/g)].map(([, name]) => name!),
}));

test('docs/EXIT-CODES.md lists every error with the exit code that it has', () => {
  const documented = rows.flatMap(({ code, errors }) => errors.map((name) => [name, code]));
  expect(Object.fromEntries(documented)).toEqual(EXIT_CODES);
  expect(documented).toHaveLength(Object.keys(EXIT_CODES).length);
});

test('its rows are in order, and no code stands twice', () => {
  const codes = rows.map(({ code }) => code);
  expect(codes).toEqual([...new Set(codes)].sort((a, b) => a - b));
  expect(codes.slice(0, 3)).toEqual([0, 1, 2]);
});

test('what nobody expected is a failure of its own', () => {
  expect(exitCodeOf(new LodeError('INTERRUPTED', 'x'))).toBe(130);
  expect(exitCodeOf(new TypeError('x'))).toBe(70);
  expect(exitCodeOf(undefined)).toBe(70);
});
