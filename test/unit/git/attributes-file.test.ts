import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  addPatterns,
  quotePattern,
  removePatterns,
  trackedPatterns,
} from '../../../src/git/attributes-file.ts';

const tracked = (text: string) => trackedPatterns(text).map(({ pattern }) => pattern);

describe('tracking a pattern', () => {
  it('starts a file', () => {
    expect(addPatterns('', ['*.bin'])).toEqual({
      text: '*.bin filter=lode -text -merge\n',
      added: ['*.bin'],
    });
  });

  it('keeps comments, blank lines, order and everything else to the byte', () => {
    const before =
      '# data\n\n*.txt   text  eol=lf\n[attr]blob -diff\n\t*.png blob \n"a b" -text\n\xe9.x -text\n';
    expect(addPatterns(before, ['*.bin']).text).toBe(`${before}*.bin filter=lode -text -merge\n`);
  });

  it('ends the last line first', () => {
    expect(addPatterns('*.txt text', ['*.bin']).text).toBe('*.txt text\n*.bin filter=lode -text -merge\n');
  });

  it('goes on with Windows line ends where the file has them', () => {
    expect(addPatterns('*.txt text\r\n', ['*.bin']).text).toBe(
      '*.txt text\r\n*.bin filter=lode -text -merge\r\n',
    );
  });

  it('adds nothing that is there already, however it is written', () => {
    for (const text of [
      '*.bin filter=lode\n',
      '  *.bin\tfilter=lode -text',
      '"*.bin" -text filter=lode\r\n',
    ]) {
      expect(addPatterns(text, ['*.bin'])).toEqual({ text, added: [] });
    }
  });

  it('adds a pattern once that is given twice', () => {
    expect(addPatterns('', ['*.bin', '*.bin']).added).toEqual(['*.bin']);
  });

  it('adds a line where a later one has taken the filter away', () => {
    const before = '*.bin filter=lode\n*.bin -filter\n';
    expect(addPatterns(before, ['*.bin']).text).toBe(`${before}*.bin filter=lode -text -merge\n`);
  });

  it('does not take a comment, a macro or a negated pattern for a line of its own', () => {
    const before = '#*.bin filter=lode\n[attr]*.bin filter=lode\n!*.bin filter=lode\n';
    expect(addPatterns(before, ['*.bin']).added).toEqual(['*.bin']);
    expect(tracked(before)).toEqual([]);
  });
});

describe('untracking a pattern', () => {
  it('is the opposite of tracking it', () => {
    const before = '# data\n*.txt text\n';
    expect(removePatterns(addPatterns(before, ['*.bin']).text, ['*.bin'])).toEqual({
      text: before,
      removed: ['*.bin'],
    });
  });

  it("leaves other people's attributes on the line", () => {
    expect(removePatterns('*.bin filter=lode -text -merge linguist-vendored\r\n', ['*.bin']).text).toBe(
      '*.bin linguist-vendored\r\n',
    );
  });

  it('leaves lines that give the pattern to another filter', () => {
    const text = '*.bin filter=lfs diff=lfs merge=lfs -text\n';
    expect(removePatterns(text, ['*.bin'])).toEqual({ text, removed: [] });
  });

  it('finds a pattern that had to be quoted', () => {
    const { text } = addPatterns('', ['my data.bin']);
    expect(text).toBe('"my data.bin" filter=lode -text -merge\n');
    expect(removePatterns(text, ['my data.bin']).text).toBe('');
  });
});

describe('reading the tracked patterns', () => {
  it('tells pattern and line', () => {
    expect(trackedPatterns('# x\n*.a filter=lode\n*.b text\n"c d" filter=lode -text\n')).toEqual([
      { pattern: '*.a', line: 2 },
      { pattern: 'c d', line: 4 },
    ]);
  });

  it('skips a byte order mark at the start', () => {
    expect(tracked('\xef\xbb\xbf*.bin filter=lode\n')).toEqual(['*.bin']);
  });

  it('takes no line that git finds too long', () => {
    expect(tracked(`*.bin filter=lode ${'x'.repeat(2048)}\n`)).toEqual([]);
  });

  it('survives any text', () => {
    const bytes = fc.string({ unit: fc.constantFrom(...'ab "\\#![]*\t\r\n\xff01') });
    fc.assert(
      fc.property(bytes, fc.array(bytes.filter((text) => text !== '')), (text, patterns) => {
        const { text: after } = addPatterns(text, patterns);
        expect(after.startsWith(text)).toBe(true);
        expect(removePatterns(text, []).text).toBe(text);
      }),
      { numRuns: 300 },
    );
  });
});

describe('what git makes of a line that was written', () => {
  let folder: string;
  const git = (args: string[], input?: string) =>
    spawnSync('git', args, { cwd: folder, encoding: 'latin1', ...(input === undefined ? {} : { input }) });

  beforeAll(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'git-lode-attributes-'));
    git(['init', '-q']);
  });
  afterAll(() => fs.rmSync(folder, { recursive: true }));

  const filterOf = (name: string) => {
    const answer = git(['check-attr', '-z', '--stdin', 'filter'], `${name}\0`);
    return answer.stdout.split('\0')[2];
  };

  it.each([
    'plain.bin',
    'my data.bin',
    '#hash.bin',
    '"quoted".bin',
    'in"side.bin',
    'tab\there',
    'bell\x07\x7f',
    'trailing ',
    'caf\xc3\xa9.bin',
    'back\\\\slash',
  ])('is the pattern that was meant: %j', (pattern) => {
    fs.writeFileSync(path.join(folder, '.gitattributes'), addPatterns('', [pattern]).text, 'latin1');
    expect(filterOf(pattern.replaceAll('\\\\', '\\'))).toBe('lode');
    expect(filterOf('other')).toBe('unspecified');
    expect(tracked(addPatterns('', [pattern]).text)).toEqual([pattern]);
  });

  it('reads back every pattern that it quotes', () => {
    const names = fc
      .string({ unit: 'binary-ascii', minLength: 1 })
      .filter((name) => !/^(?:\[attr\]|!)/.test(name));
    fc.assert(
      fc.property(names, (name) => tracked(`${quotePattern(name)} filter=lode\n`)[0] === name),
      { numRuns: 300 },
    );
  });
});
