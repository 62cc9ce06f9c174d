import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  contentOf,
  DataRepository,
  emptyRepository,
  installedSandbox,
} from '../../support/data-repository.ts';
import { FIRST, MAIN, writeHistory } from '../../support/history.ts';
import type { Sandbox } from '../../support/sandbox.ts';

let box: Sandbox;
let template: DataRepository;
let count = 0;

beforeAll(async () => {
  box = await installedSandbox();
  template = await emptyRepository(box, 'template');
  await writeHistory(template);
});
afterAll(() => box.remove());

const fresh = () => template.copy(path.join(box.root, `copy-${count++}`));
const at = (dir: string) => new DataRepository(box, dir);

async function expectClean(repository: DataRepository): Promise<void> {
  expect(await repository.status()).toEqual({ lines: [], cleaned: false });
}

describe.concurrent('linked worktrees', () => {
  it('have content from the store that all of them share', async () => {
    const repository = await fresh();
    const linked = at(`${repository.dir} linked`);
    await repository.git(['worktree', 'add', '-q', '--detach', linked.dir, 'v1']);
    await linked.expectFiles(FIRST);
    await expectClean(linked);
    linked.write('small.bin', 6);
    await linked.git(['commit', '-qam', 'six']);
    await linked.git(['checkout', '-q', 'main~1']);
    await linked.expectFiles(FIRST);
    await repository.git(['checkout', '-q', '--detach', 'main']);
    await repository.git(['worktree', 'move', linked.dir, `${linked.dir} moved`]);
    const moved = at(`${linked.dir} moved`);
    await moved.git(['checkout', '-q', 'main']);
    await moved.expectFiles(MAIN);
    await expectClean(moved);
    await repository.git(['worktree', 'remove', moved.dir]);
    expect(fs.existsSync(moved.dir)).toBe(false);
  });
});

describe.concurrent('sparse checkouts', () => {
  it.each(['--cone', '--no-cone'])('materialise what comes into view (%s)', async (mode) => {
    const repository = await fresh();
    await repository.git(['checkout', '-q', '--detach', 'side']);
    const pattern = mode === '--cone' ? 'other' : '/*.txt';
    await repository.git(['sparse-checkout', 'set', mode, pattern]);
    await repository.expectFiles({ 'sub/deep.bin': 'absent', 'text.txt': 3 });
    await expectClean(repository);
    await repository.git(['sparse-checkout', 'add', mode === '--cone' ? 'sub' : '/sub/']);
    await repository.expectFiles({ 'sub/deep.bin': 1 });
    await expectClean(repository);
    await repository.git(['sparse-checkout', 'disable']);
    await repository.expectFiles({ ...FIRST, 'sub/deep.bin': 1, 'side.bin': 1, 'text.txt': 3 });
    await expectClean(repository);
  });
});

describe.concurrent('pulls', () => {
  async function clone(commit: string): Promise<DataRepository> {
    const repository = at(path.join(box.root, `clone-${count++}`));
    await box.git(['clone', '-q', '--no-checkout', template.dir, repository.dir], { cwd: box.root });
    await template.shareStore(repository.file('.git'));
    await repository.git(['reset', '-q', '--hard', commit]);
    await repository.git(['branch', '-q', '--set-upstream-to=origin/main']);
    return repository;
  }

  it('fast-forward', async () => {
    const repository = await clone('v1');
    await repository.git(['pull', '-q', '--ff-only']);
    await repository.expectFiles(MAIN);
    await expectClean(repository);
  });

  it('--rebase', async () => {
    const repository = await clone('v1');
    await repository.commit({ 'mine.bin': 1 }, 'mine');
    await repository.git(['pull', '-q', '--rebase']);
    await repository.expectFiles({ ...MAIN, 'mine.bin': 1 });
    await expectClean(repository);
  });

  it('--no-rebase, with a merge', async () => {
    const repository = await clone('v1');
    await repository.commit({ 'mine.bin': 1 }, 'mine');
    await repository.git(['pull', '-q', '--no-rebase', '--no-edit']);
    await repository.expectFiles({ ...MAIN, 'mine.bin': 1 });
    await expectClean(repository);
  });

  it('into an empty repository', async () => {
    const repository = await emptyRepository(box, `empty-${count++}`);
    fs.rmSync(repository.file('.gitattributes'));
    await template.shareStore(repository.file('.git'));
    await repository.git(['pull', '-q', template.dir, 'main']);
    await repository.expectFiles(MAIN);
    await expectClean(repository);
  });
});

describe.concurrent('submodules', () => {
  it('are added, updated and switched with their content', async () => {
    const parent = await emptyRepository(box, `parent-${count++}`);
    await parent.git(['submodule', '--quiet', 'add', template.dir, 'data']);
    const data = at(parent.file('data'));
    // Nothing is pushed here: the store of the submodule gets its objects by hand.
    await data.expectFiles({ 'small.bin': 'a pointer' as never });
    await template.shareStore(parent.file('.git/modules/data'));
    await data.git(['checkout', '-q', 'HEAD']);
    await box.lode(['pull', '--quiet'], { cwd: data.dir });
    await data.expectFiles(MAIN);
    await expectClean(data);
    await parent.git(['add', '.']);
    await parent.git(['commit', '-qm', 'data']);
    await data.git(['checkout', '-q', 'v1']);
    await parent.git(['commit', '-qam', 'older data']);
    await parent.git(['checkout', '-q', '--recurse-submodules', 'HEAD~1']);
    await data.expectFiles(MAIN);
    await expectClean(data);
    await expectClean(parent);
    await parent.git(['checkout', '-q', 'main']);
    await parent.git(['submodule', '--quiet', 'update', '--recursive']);
    await data.expectFiles(FIRST);
    await expectClean(data);
    await parent.git(['submodule', '--quiet', 'deinit', '--force', 'data']);
    await parent.git(['submodule', '--quiet', 'update', '--init']);
    await data.expectFiles(FIRST);
    await expectClean(data);
  });
});

describe.concurrent("other people's hooks", () => {
  it('see content, since ours run before them', async () => {
    const repository = await fresh();
    const hook = repository.file('.git/hooks/post-checkout');
    const seen = path.join(box.root, 'seen-by-hook');
    fs.appendFileSync(
      hook,
      `${fs.existsSync(hook) ? '' : '#!/bin/sh\n'}cat small.bin large.bin >'${seen}'\n`,
      { mode: 0o755 },
    );
    await repository.git(['checkout', '-q', 'v1']);
    const expected = Buffer.concat([contentOf('small.bin', 1), contentOf('large.bin', 1)]);
    expect(fs.readFileSync(seen).equals(expected)).toBe(true);
    await expectClean(repository);
  });
});

describe.concurrent('clones whose content cannot be had', () => {
  it('end well with pointers, say what finishes them, and are finished by that', async () => {
    const clone = at(path.join(box.root, `clone-${count++}`));
    const { stderr } = await box.git(['clone', '-q', template.dir, clone.dir], { cwd: box.root });
    expect(stderr).toContain('still pointers');
    expect(stderr).toContain('git lode pull');
    expect(new Set(Object.values(clone.look(['small.bin', 'large.bin', 'tiny.bin'])))).toEqual(
      new Set(['a pointer']),
    );
    // Later commands neither ask the remote again nor repeat what was said.
    const status = await clone.git(['status', '--porcelain']);
    expect(status).toMatchObject({ stdout: '', stderr: '' });
    await template.shareStore(clone.file('.git'));
    await box.lode(['pull'], { cwd: clone.dir });
    await clone.expectFiles(MAIN);
    await expectClean(clone);
  });
});
