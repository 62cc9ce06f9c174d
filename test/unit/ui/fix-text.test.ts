import { expect, it } from 'vitest';
import { fixText } from '../../../src/ui/fix-text.ts';

const many = Array.from({ length: 3 }, (_, i) => ({
  kind: 'pointer-in-tree' as const,
  path: `${i}\u001b.bin`,
  size: 1000 * (i + 1),
}));

it('says nothing where nothing is wrong', () => {
  expect(fixText({ accidents: [], unfinished: 0 }, 20)).toBe('');
});

it('says what is done about each kind, and to which files', () => {
  const accidents = [...many, { kind: 'content-in-index' as const, path: 'raw.bin', size: 7 }];
  expect(fixText({ accidents, unfinished: 2 }, 2)).toBe(
    [
      'Content in git where a pointer belongs; it goes into the local store, and its pointer is staged:',
      '\traw.bin (7 B)',
      '',
      'Files that are still pointers; their content is put in place:',
      '\t0\\x1b.bin (1.00 kB)',
      '\t1\\x1b.bin (2.00 kB)',
      '\tand 1 more',
      '',
      'An earlier command was interrupted: 2 files to look at; it is finished',
      '',
    ].join('\n'),
  );
});
