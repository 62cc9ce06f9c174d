import { describe, expect, it } from 'vitest';
import type { BlobKind } from '../../../src/git/blob-kinds.ts';
import { accidentsOf, type InTree, isGitsOwn } from '../../../src/worktree/accidents.ts';

const GIB = 1024 ** 3;
const pointer = { oid: 'ab'.repeat(32), size: 5000 };
const other = { oid: 'cd'.repeat(32), size: 5000 };
const POINTER_BYTES = 105;

const asPointer: BlobKind = { kind: 'pointer', pointer };
const content: BlobKind = { kind: 'content', size: 5000 };
const lfs: BlobKind = { kind: 'lfs-pointer', size: 130 };
const file = (size: number): InTree => ({ kind: 'content', size });
const none: InTree = { kind: 'none' };

const cases: readonly [string, BlobKind | undefined, number, InTree, readonly string[]][] = [
  ['a file as it should be', asPointer, 5000, file(5000), []],
  ['a pointer that is checked out as one', asPointer, 105, { kind: 'pointer', pointer }, ['pointer-in-tree']],
  [
    'the pointer of another version',
    asPointer,
    105,
    { kind: 'pointer', pointer: other },
    ['other-pointer-in-tree'],
  ],
  [
    'a pointer of the same object that says another size',
    asPointer,
    105,
    { kind: 'pointer', pointer: { ...pointer, size: 1 } },
    ['other-pointer-in-tree'],
  ],
  ['a file that is not there', asPointer, 5000, none, []],
  ['a whole file with the size of a pointer', asPointer, POINTER_BYTES, file(5000), ['size-in-index']],
  ['a whole file with any other size', asPointer, 4999, file(5000), ['size-in-index']],
  ['an edit: no version of that size', asPointer, POINTER_BYTES, file(5001), []],
  ['an emptied file', asPointer, POINTER_BYTES, file(0), []],
  ['a size that git does not know: it looks by itself', asPointer, 0, file(5000), []],
  ['content, whatever the file is', content, 5000, file(5000), ['content-in-index']],
  ['content of a file that was edited', content, 5000, file(1), ['content-in-index']],
  ['content of a file that is gone', content, 5000, none, ['content-in-index']],
  [
    'content, and a pointer in its place',
    content,
    5000,
    { kind: 'pointer', pointer },
    ['content-in-index', 'other-pointer-in-tree'],
  ],
  ['a pointer of git-lfs', lfs, 130, file(130), ['lfs-pointer-in-index']],
  ['an empty file', { kind: 'empty' }, 0, file(0), []],
  ['an empty file that was written to', { kind: 'empty' }, 0, file(7), []],
  ['a blob that is not here', undefined, 5000, file(5000), []],
];

describe('what is wrong with', () => {
  it.each(cases)('%s', (_, blob, recorded, inTree, expected) => {
    expect(accidentsOf(blob, recorded, inTree)).toEqual(expected);
  });

  it.each([
    [5 * GIB, GIB, true],
    [5 * GIB, GIB + 1, false],
    [4 * GIB, 0x80000000, true],
    [8 * GIB, 0x80000000, true],
    [4 * GIB + 1, 0x80000000, false],
  ])('a file of %i bytes whose size is written as %i: nothing is %s', (size, recorded, right) => {
    const big: BlobKind = { kind: 'pointer', pointer: { ...pointer, size } };
    expect(accidentsOf(big, recorded, file(size))).toEqual(right ? [] : ['size-in-index']);
  });
});

it.each([
  ['.gitattributes', true],
  ['sub/.gitignore', true],
  ['.git-lode.json', true],
  ['a.git', false],
  ['.github/a.bin', false],
  ['sub/.gitx/a.bin', false],
])('%s is git’s own: %s', (name, own) => expect(isGitsOwn(name)).toBe(own));
