import fs from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { contentIs } from '../../../src/worktree/content-is.ts';
import { content, oidOf, scratchFolder } from '../../support/scratch.ts';

const SIZE = 2_500_000;
const bytes = content(SIZE, 'content-is');
const pointer = { oid: oidOf(bytes), size: SIZE };
const edited = Buffer.from(bytes);
edited[SIZE - 1]! ^= 1;

it.each([
  ['the content itself', bytes, true],
  ['an edit of one byte', edited, false],
  ['a shorter file', bytes.subarray(1), false],
  ['a longer file', Buffer.concat([bytes, bytes.subarray(0, 1)]), false],
  ['an empty file', Buffer.alloc(0), false],
])('%s', async (_, written, same) => {
  const file = path.join(scratchFolder(), 'file');
  fs.writeFileSync(file, written);
  const read: number[] = [];
  expect(await contentIs(file, pointer, async (count) => read.push(count))).toBe(same);
  if (same) expect(read.reduce((sum, count) => sum + count, 0)).toBe(SIZE);
});

it('what is no file, or is gone, is not it; nor is what a link leads to', async () => {
  const folder = scratchFolder();
  const file = path.join(folder, 'file');
  fs.writeFileSync(file, bytes);
  fs.symlinkSync(file, path.join(folder, 'link'));
  for (const name of ['', 'absent', 'link'])
    expect(await contentIs(path.join(folder, name), pointer, async () => {})).toBe(false);
});
