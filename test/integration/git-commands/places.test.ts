import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  contentOf,
  DataRepository,
  emptyRepository,
  type Files,
  installedSandbox,
} from '../../support/data-repository.ts';
import { FIRST, MAIN, writeHistory } from '../../support/history.ts';
import type { Sandbox } from '../../support/sandbox.ts';
import { SIDE } from './expectations.ts';
import { expectOutcome } from './outcome.ts';

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

describe.concurrent('worktree', () => {
  async function linkedTo(repository: DataRepository): Promise<DataRepository> {
    const linked = at(`${repository.dir} linked`);
    await repository.git(['worktree', 'add', '-q', '--detach', linked.dir, 'v1']);
    return linked;
  }

  it('worktree add', async () => {
    const repository = await fresh();
    const linked = await linkedTo(repository);
    await expectOutcome(linked, FIRST);
    // The store is one for all: what is added here is there at once.
    linked.write('small.bin', 6);
    await linked.git(['commit', '-qam', 'six']);
    const { stdout } = await linked.git(['rev-parse', 'HEAD']);
    await repository.git(['checkout', '-q', stdout.trim()]);
    await expectOutcome(repository, { ...FIRST, 'small.bin': 6 });
    await linked.git(['checkout', '-q', 'main']);
    await expectOutcome(linked, MAIN);
  });

  it('worktree move', async () => {
    const repository = await fresh();
    const linked = await linkedTo(repository);
    const moved = at(`${linked.dir} moved`);
    await repository.git(['worktree', 'move', linked.dir, moved.dir]);
    await expectOutcome(moved, FIRST);
    await moved.git(['checkout', '-q', '--detach', 'main']);
    await expectOutcome(moved, MAIN);
  });

  it('worktree remove', async () => {
    const repository = await fresh();
    const linked = await linkedTo(repository);
    linked.write('small.bin', 6);
    await linked.git(['commit', '-qam', 'six']);
    await linked.git(['branch', 'six']);
    await repository.git(['worktree', 'remove', linked.dir]);
    expect(fs.existsSync(linked.dir)).toBe(false);
    await expectOutcome(repository, MAIN);
    await repository.git(['checkout', '-q', 'six']);
    await expectOutcome(repository, { ...FIRST, 'small.bin': 6 });
  });
});

describe.concurrent('sparse-checkout', () => {
  for (const mode of ['--cone', '--no-cone']) {
    it(`sparse-checkout set ${mode}, add, disable`, async () => {
      const repository = await fresh();
      const commit = { ...FIRST, ...SIDE };
      await repository.git(['checkout', '-q', '--detach', 'side']);
      const cone = mode === '--cone';
      await repository.git(['sparse-checkout', 'set', mode, cone ? 'other' : '/*.txt']);
      const shown: Files = cone
        ? FIRST
        : { 'large.bin': 'absent', 'small.bin': 'absent', 'tiny.bin': 'absent' };
      const others: Files = { ...shown, 'side.bin': cone ? 1 : 'absent', 'text.txt': 3 };
      await expectOutcome(repository, commit, { files: { ...others, 'sub/deep.bin': 'absent' }, head: {} });
      await repository.git(['sparse-checkout', 'add', cone ? 'sub' : '/sub/']);
      await expectOutcome(repository, commit, { files: { ...others, 'sub/deep.bin': 1 }, head: {} });
      await repository.git(['sparse-checkout', 'disable']);
      await expectOutcome(repository, commit);
    });
  }
});

describe.concurrent('pull', () => {
  async function clone(commit: string): Promise<DataRepository> {
    const repository = at(path.join(box.root, `clone-${count++}`));
    await box.git(['clone', '-q', '--no-checkout', template.dir, repository.dir], { cwd: box.root });
    await template.shareStore(repository.file('.git'));
    await repository.git(['reset', '-q', '--hard', commit]);
    await repository.git(['branch', '-q', '--set-upstream-to=origin/main']);
    return repository;
  }

  it('pull --ff-only', async () => {
    const repository = await clone('v1');
    await repository.git(['pull', '-q', '--ff-only']);
    await expectOutcome(repository, MAIN);
  });

  for (const how of ['--rebase', '--rebase --autostash', '--no-rebase']) {
    it(`pull ${how}`, async () => {
      const repository = await clone('v1');
      await repository.commit({ 'mine.bin': 1 }, 'mine');
      await repository.git(['pull', '-q', '--no-edit', ...how.split(' ')]);
      await expectOutcome(repository, { ...MAIN, 'mine.bin': 1 });
    });
  }

  it('pull, into an empty repository', async () => {
    const repository = await emptyRepository(box, `empty-${count++}`);
    fs.rmSync(repository.file('.gitattributes'));
    await template.shareStore(repository.file('.git'));
    await repository.git(['pull', '-q', template.dir, 'main']);
    await expectOutcome(repository, MAIN);
  });
});

describe.concurrent('submodule', () => {
  /** A parent whose last commit has version 1 of its submodule, and whose commit before has version 2. */
  async function parentWithData(): Promise<{ parent: DataRepository; data: DataRepository }> {
    const parent = await emptyRepository(box, `parent-${count++}`);
    await parent.git(['submodule', '--quiet', 'add', template.dir, 'data']);
    const data = at(parent.file('data'));
    // Nothing is pushed here: the store of the submodule gets its objects by hand.
    expect(data.look(['small.bin'])).toEqual({ 'small.bin': 'a pointer' });
    await template.shareStore(parent.file('.git/modules/data'));
    await box.lode(['pull', '--quiet'], { cwd: data.dir });
    await parent.commit({}, 'data');
    await data.git(['checkout', '-q', 'v1']);
    await parent.commit({}, 'older');
    return { parent, data };
  }

  it('submodule add', async () => {
    const { parent, data } = await parentWithData();
    await expectOutcome(data, FIRST);
    await expectOutcome(parent, {});
  });

  it('submodule update', async () => {
    const { parent, data } = await parentWithData();
    await parent.git(['checkout', '-q', 'HEAD~1']);
    await parent.git(['submodule', '--quiet', 'update', '--recursive']);
    await expectOutcome(data, MAIN);
    await expectOutcome(parent, {});
  });

  it('submodule deinit, then update --init', async () => {
    const { parent, data } = await parentWithData();
    await parent.git(['submodule', '--quiet', 'deinit', '--force', 'data']);
    await parent.git(['submodule', '--quiet', 'update', '--init']);
    await expectOutcome(data, FIRST);
    await expectOutcome(parent, {});
  });

  for (const command of ['checkout', 'switch --detach', 'reset --hard', 'read-tree -m -u HEAD']) {
    it(`${command} --recurse-submodules`, async () => {
      const { parent, data } = await parentWithData();
      await parent.git([...command.split(' '), '--recurse-submodules', 'HEAD~1']);
      await expectOutcome(data, MAIN);
      const status = command.startsWith('read-tree') ? ['M  data'] : [];
      await expectOutcome(parent, {}, { status });
    });
  }
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
    await expectOutcome(repository, FIRST);
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
    await expectOutcome(clone, MAIN);
  });
});
