import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { commitContent, leavePointers, plainGit, putContent } from '../../support/accidents.ts';
import { DataRepository, emptyRepository, installedSandbox } from '../../support/data-repository.ts';
import { MAIN, writeHistory } from '../../support/history.ts';
import type { Sandbox } from '../../support/sandbox.ts';

interface Kind {
  readonly name: string;
  readonly init?: readonly string[];
  readonly config?: Readonly<Record<string, string>>;
  readonly prepare?: readonly (readonly string[])[];
}

const kinds: readonly Kind[] = [
  { name: 'index version 2', config: { 'index.version': '2' } },
  { name: 'index version 4', config: { 'index.version': '4' } },
  { name: 'object names of SHA-256', init: ['--object-format=sha256'] },
  { name: 'a split index', prepare: [['update-index', '--split-index']] },
  {
    name: 'a split index whose shared part is always written anew',
    config: { 'core.splitIndex': 'true', 'splitIndex.maxPercentChange': '0' },
  },
  { name: 'index.skipHash', config: { 'index.skipHash': 'true' } },
  { name: 'feature.manyFiles', config: { 'feature.manyFiles': 'true' } },
  {
    name: 'an untracked cache',
    config: { 'core.untrackedCache': 'true' },
    prepare: [['update-index', '--untracked-cache'], ['status']],
  },
  { name: 'a sparse index', prepare: [['sparse-checkout', 'set', '--cone', '--sparse-index']] },
];

let box: Sandbox;
let count = 0;
beforeAll(async () => {
  box = await installedSandbox();
});
afterAll(() => box.remove());

async function expectMended(repository: DataRepository): Promise<void> {
  await commitContent(repository, { 'raw.bin': 1 });
  await putContent(repository, { 'small.bin': 2 });
  await leavePointers(repository, ['large.bin', 'tiny.bin']);
  await box.lode(['fix', '--quiet'], { cwd: repository.dir });
  await repository.expectFiles({ ...MAIN, 'raw.bin': 1 });
  // What git itself compared may be as young as its index: it is looked at once more.
  expect((await repository.status()).lines).toEqual(['M  raw.bin']);
  await repository.git(['commit', '-qm', 'mended']);
  expect(await repository.pointersOf('HEAD')).toMatchObject({ 'raw.bin': expect.stringMatching(/^\w{64}$/) });
  expect((await box.lode(['fix'], { cwd: repository.dir })).stderr).toContain('nothing to mend');
  // The tree that git has written is that of its index, every entry of it.
  expect((await repository.git(['status', '--porcelain'])).stdout).toBe('');
  await repository.git(['fsck', '--strict']);
}

describe.concurrent('every accident is mended with', () => {
  it.each(kinds)('$name', async ({ init = [], config = {}, prepare = [] }) => {
    const repository = await emptyRepository(box, `kind-${count++}`, init);
    for (const [key, value] of Object.entries(config)) await repository.git(['config', key, value]);
    await repository.commit({ ...MAIN, 'sub/deep.bin': 1 }, 'v1');
    for (const step of prepare) await repository.git(step);
    await expectMended(repository);
  });

  it('a linked worktree', async () => {
    const main = await emptyRepository(box, `main-${count++}`);
    await writeHistory(main);
    const linked = new DataRepository(box, `${main.dir}-linked`);
    await main.git(['worktree', 'add', '-q', '--detach', linked.dir, 'v2']);
    await expectMended(linked);
    expect(await main.status()).toEqual({ lines: [], cleaned: false });
  });

  it('another index, named by GIT_INDEX_FILE', async () => {
    const repository = await emptyRepository(box, `index-${count++}`);
    await writeHistory(repository);
    const own = fs.readFileSync(repository.file('.git/index'));
    const env = { GIT_INDEX_FILE: '.git/other' };
    fs.writeFileSync(repository.file('.git/other'), own);
    repository.write('small.bin', 6);
    await plainGit(repository, ['add', 'small.bin'], { env });
    await box.lode(['fix', '-q'], { cwd: repository.dir, env });
    expect((await repository.git(['show', ':small.bin'], { env })).stdout).toMatch(/^git-lode 1/);
    expect(fs.readFileSync(repository.file('.git/index')).equals(own)).toBe(true);
  });
});

describe('in a clone that lacks', () => {
  it('the content, it comes from the data remote', async () => {
    const remote = path.join(box.root, 'remote');
    const bare = path.join(box.root, 'origin.git');
    const first = await emptyRepository(box, 'first');
    await first.git(['init', '-q', '--bare', bare]);
    await first.git(['remote', 'add', 'origin', bare]);
    await box.lode(['install', '-q', remote], { cwd: first.dir });
    await first.commit(MAIN, 'v1');
    await first.git(['push', '-q', '-u', 'origin', 'main']);
    const second = new DataRepository(box, path.join(box.root, 'second'));
    await plainGit(first, ['clone', '-q', bare, second.dir]);
    expect(second.look(['large.bin'])).toEqual({ 'large.bin': 'a pointer' });
    await box.lode(['fix', '-q'], { cwd: second.dir });
    await second.expectFiles(MAIN);
    expect(await second.status()).toEqual({ lines: [], cleaned: false });
  });

  it('blobs, it asks for none', async () => {
    const bare = path.join(box.root, 'partial.git');
    const first = await emptyRepository(box, 'whole');
    await commitContent(first, { 'raw.bin': 1, 'sub/raw.bin': 1 });
    await first.git(['clone', '-q', '--bare', '.', bare]);
    await first.git(['config', 'uploadpack.allowFilter', 'true'], { cwd: bare });
    const second = new DataRepository(box, path.join(box.root, 'partial'));
    await plainGit(first, ['clone', '-q', '--filter=blob:none', '--sparse', `file://${bare}`, second.dir]);
    fs.rmSync(bare, { recursive: true });
    await box.lode(['fix', '-q'], { cwd: second.dir });
    expect((await second.git(['diff', '--cached', '--name-only', '--no-renames'])).stdout).toBe('raw.bin\n');
  });
});
