import { expect, test } from 'vitest';
import { type Usage, usageText } from '../../../src/ui/usage-text.ts';

const usage = (versions: number, bytes: number, stored: number, ratio: number | null): Usage => ({
  versions,
  bytes,
  stored,
  ratio,
  missing: 0,
  missingBytes: 0,
});

test('every path has a line, and all together have one', () => {
  const paths = [
    { path: 'data/daily.csv', ...usage(1_200, 2.5e9, 26e6, 96.15) },
    { path: 'zeros.bin', ...usage(1, 6e8, 55_100, 10_889.3) },
    { path: 'a copy.bin', ...usage(1, 275, 0, null) },
  ];
  expect(usageText({ total: { paths: 3, ...usage(1_201, 3.1e9, 26.1e6, 118.77) }, paths })).toBe(
    [
      'versions  versioned   stored     ratio  path',
      '   1,200    2.50 GB  26.0 MB    96.2 x  data/daily.csv',
      '       1     600 MB  55.1 kB  10,889 x  zeros.bin',
      '       1      275 B      0 B         -  a copy.bin',
      '   1,201    3.10 GB  26.1 MB     119 x  in all, 3 paths',
      '',
    ].join('\n'),
  );
});

test('nothing is no line', () => {
  expect(usageText({ total: { paths: 0, ...usage(0, 0, 0, null) }, paths: [] })).toBe('');
});

test('a path moves no cursor', () => {
  const paths = [{ path: '\u001b[2Ja\n.bin', ...usage(1, 1, 1, 1) }];
  const text = usageText({ total: { paths: 1, ...usage(1, 1, 1, 1) }, paths });
  expect(text).toContain('  \\x1b[2Ja\\n.bin\n');
  expect(text).not.toContain('\u001b');
});
