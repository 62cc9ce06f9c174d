import fs from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { formatPointer } from '../../../src/pointer.ts';
import { openStore } from '../../../src/store/open.ts';
import { storeBlobs } from '../../../src/worktree/store-blobs.ts';
import { content, filesIn, oidOf } from '../../support/scratch.ts';
import { repositoryInSandbox } from './repository.ts';

it('takes what git has into the store, and gives the pointer that a clean would', async () => {
  const { box, repository } = await repositoryInSandbox();
  const store = openStore(repository.sharedDir);
  const contents = [content(1, 'a'), content(8192, 'b'), content(8193, 'c'), content(300_000, 'd')];
  const blobs: string[] = [];
  for (const input of contents)
    blobs.push((await box.git(['hash-object', '-w', '--stdin'], { input })).stdout.trim());
  const pointers = await storeBlobs(blobs, store, { cwd: box.dir }, () => {});
  expect([...pointers.values()]).toEqual(
    contents.map((bytes) => ({ oid: oidOf(bytes), size: bytes.length })),
  );
  for (const bytes of contents) {
    const object = store.open(oidOf(bytes));
    expect(object?.read(0, bytes.length).equals(bytes)).toBe(true);
    object?.close();
  }
  expect(filesIn(path.join(repository.sharedDir, 'tmp'))).toEqual([]);
});

it('gives a pointer with other line ends as the pointer that it is, and stores nothing', async () => {
  const { box, repository } = await repositoryInSandbox();
  const pointer = { oid: 'ab'.repeat(32), size: 7 };
  const input = formatPointer(pointer).toString().replaceAll('\n', '\r\n');
  const blob = (await box.git(['hash-object', '-w', '--stdin'], { input })).stdout.trim();
  const store = openStore(repository.sharedDir);
  expect(await storeBlobs([blob], store, { cwd: box.dir }, () => {})).toEqual(new Map([[blob, pointer]]));
  expect(fs.existsSync(repository.sharedDir)).toBe(false);
});

it('leaves nothing of a content that breaks off', async () => {
  const { box, repository } = await repositoryInSandbox();
  const input = content(5_000_000, 'large');
  const blob = (await box.git(['hash-object', '-w', '--stdin'], { input })).stdout.trim();
  const store = openStore(repository.sharedDir);
  const stop = () => {
    throw new Error('stop');
  };
  await expect(storeBlobs([blob], store, { cwd: box.dir }, stop)).rejects.toThrow('stop');
  expect(filesIn(repository.sharedDir)).toEqual([]);
});
