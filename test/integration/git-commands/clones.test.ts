import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DataRepository, emptyRepository, installedSandbox } from '../../support/data-repository.ts';
import { FIRST, MAIN, writeHistory } from '../../support/history.ts';
import type { Sandbox } from '../../support/sandbox.ts';

let box: Sandbox;
let origin: string;

/** A history that is pushed, its data to a shared folder that this person has accepted. */
beforeAll(async () => {
  box = await installedSandbox();
  origin = path.join(box.root, 'origin.git');
  const data = path.join(box.root, 'data');
  fs.mkdirSync(data);
  const repository = await emptyRepository(box, 'first');
  await box.lode(['install', '--quiet', data], { cwd: repository.dir });
  await writeHistory(repository);
  await box.git(['init', '-q', '--bare', origin]);
  await box.git(['config', 'uploadpack.allowFilter', 'true'], { cwd: origin });
  await repository.git(['push', '-q', '--all', origin]);
  await repository.git(['push', '-q', '--tags', origin]);
});
afterAll(() => box.remove());

const clones: readonly {
  name: string;
  args?: readonly string[];
  after?: readonly (readonly string[])[];
  files?: typeof MAIN;
}[] = [
  { name: 'plain' },
  { name: 'of a tag', args: ['--branch=v1'], files: FIRST },
  { name: 'shallow', args: ['--depth=1'] },
  { name: 'without blobs', args: ['--filter=blob:none'] },
  { name: 'without trees', args: ['--filter=tree:0'] },
  { name: 'without a checkout', args: ['--no-checkout'], after: [['checkout', '-q', 'main']] },
  { name: 'with the git directory elsewhere', args: ['--separate-git-dir=../elsewhere.git'] },
  {
    name: 'sparse',
    args: ['--sparse'],
    after: [['checkout', '-q', 'side-branch']],
    files: { ...FIRST, 'side.bin': 1, 'sub/deep.bin': 'absent', 'text.txt': 3 },
  },
  { name: 'sharing objects', args: ['--shared'] },
  { name: 'with four jobs', args: ['-c', 'checkout.workers=4', '-c', 'checkout.thresholdForParallelism=1'] },
];

describe.concurrent('a clone', () => {
  it.each(clones)(
    '$name has the content at once, and a clean status',
    async ({ name, args = [], after = [], files = MAIN }) => {
      const clone = new DataRepository(box, path.join(box.root, name.replaceAll(' ', '-')));
      const url = name === 'sharing objects' ? origin : `file://${origin}`;
      await box.git(['clone', '-q', ...args, url, clone.dir], { cwd: box.dir });
      for (const step of after) await clone.git(step);
      await clone.expectFiles(files);
      expect(await clone.status()).toEqual({ lines: [], cleaned: false });
    },
  );

  it('with a submodule has the content of both', async () => {
    const parent = await emptyRepository(box, 'parent');
    await parent.git(['submodule', '--quiet', 'add', origin, 'data']);
    await parent.commit({}, 'data');
    const clone = new DataRepository(box, path.join(box.root, 'parent-clone'));
    await box.git(['clone', '-q', '--recurse-submodules', parent.dir, clone.dir]);
    const data = new DataRepository(box, clone.file('data'));
    await data.expectFiles(MAIN);
    expect(await data.status()).toEqual({ lines: [], cleaned: false });
    expect(await clone.status()).toEqual({ lines: [], cleaned: false });
  });

  it('that is bare gives its linked worktrees content', async () => {
    const bare = path.join(box.root, 'bare.git');
    const linked = new DataRepository(box, path.join(box.root, 'linked'));
    await box.git(['clone', '-q', '--bare', origin, bare]);
    await box.git(['worktree', 'add', '-q', linked.dir, 'main'], { cwd: bare });
    await linked.expectFiles(MAIN);
    expect(await linked.status()).toEqual({ lines: [], cleaned: false });
  });
});
