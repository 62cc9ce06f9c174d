import fs from 'node:fs';
import { describe, expect, test } from 'vitest';
import { commands } from '../../../src/commands/index.ts';
import { SETTING_NAMES } from '../../../src/config/setting-values.ts';
import { COMMON_OPTIONS } from '../../../src/ui/arguments.ts';
import { EXIT_CODES } from '../../../src/ui/exit-code.ts';

const manual = fs
  .readFileSync(new URL('../../../docs/man/git-lode.1', import.meta.url), 'utf8')
  .replaceAll('\\-', '-')
  .replaceAll(/\\f[BIR]/g, '');

/** The lines that name an entry of a section: those after .TP. */
function entries(section: string): string[] {
  const [, text = ''] = manual.split(new RegExp(`^\\.SH "?${section}"?$`, 'm'));
  return [...text.split(/^\.SH /m)[0]!.matchAll(/^\.TP\n(.*)$/gm)].map(([, line]) => line!);
}

const all = await Promise.all(Object.values(commands).map(async (load) => (await load()).command));

test('the table knows every command by its own name, each with one line of summary', async () => {
  expect(all.map(({ name }) => name)).toEqual(Object.keys(commands));
  for (const { summary } of all) expect(summary).toMatch(/^[A-Z][^\n]{10,100}[^.\n]$/);
});

describe('the manual page', () => {
  test('has an entry for every command, in the order of the help', () => {
    expect(entries('COMMANDS').map((line) => line.split(' ')[0])).toEqual(Object.keys(commands));
  });

  test.each(all)('names every option of $name', ({ name, options }) => {
    const entry = entries('COMMANDS').find((line) => line.split(' ')[0] === name)!;
    for (const option of Object.keys(options)) {
      if (option in COMMON_OPTIONS) continue;
      expect(entry).toContain(`--${option}`);
    }
  });

  test('has the options of every command', () => {
    const text = entries('OPTIONS').join('\n');
    for (const option of Object.keys(COMMON_OPTIONS)) expect(text).toContain(`--${option}`);
  });

  test('has every setting', () => {
    expect(entries('CONFIGURATION')).toEqual(SETTING_NAMES);
  });

  test('has every exit code', () => {
    const listed = [...manual.matchAll(/^(\d+)\|/gm)].map(([, code]) => Number(code));
    const codes = new Set([0, 1, ...Object.values(EXIT_CODES)]);
    expect(listed).toEqual([...codes].sort((a, b) => a - b));
  });
});
