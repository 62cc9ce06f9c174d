import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, it } from 'vitest';
import {
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
  /** What the commit has, and what of it is not in the working tree. */
  commit?: Files;
  files?: Files;
  /** The path of the origin instead of a URL: git then takes its objects as files. */
  local?: boolean;
}[] = [
  { name: 'clone' },
  { name: 'clone --branch', args: ['--branch=v1'], commit: FIRST },
  { name: 'clone --depth=1', args: ['--depth=1'] },
  { name: 'clone --filter=blob:none', args: ['--filter=blob:none'] },
  { name: 'clone --filter=tree:0', args: ['--filter=tree:0'] },
  {
    name: 'clone --no-checkout, then checkout',
    args: ['--no-checkout'],
    after: [['checkout', '-q', 'main']],
  },
  { name: 'clone --separate-git-dir', args: ['--separate-git-dir=../elsewhere.git'] },
  {
    name: 'clone --sparse',
    args: ['--sparse'],
    after: [['checkout', '-q', 'side-branch']],
    commit: { ...FIRST, ...SIDE },
    files: { 'sub/deep.bin': 'absent' },
  },
  { name: 'clone --local', args: ['--local'], local: true },
  { name: 'clone --no-hardlinks', args: ['--no-hardlinks'], local: true },
  { name: 'clone --shared', args: ['--shared'], local: true },
  {
    name: 'clone -c checkout.workers=4',
    args: ['-c', 'checkout.workers=4', '-c', 'checkout.thresholdForParallelism=1'],
  },
];

const at = (folder: string) => new DataRepository(box, path.join(box.root, folder));

describe.concurrent('clone', () => {
  for (const [i, { name, args = [], after = [], commit = MAIN, files = {}, local }] of clones.entries()) {
    it(name, async () => {
      const clone = at(`clone-${i}`);
      await box.git(['clone', '-q', ...args, local ? origin : `file://${origin}`, clone.dir]);
      for (const step of after) await clone.git(step);
      await expectOutcome(clone, commit, { files, head: {} });
    });
  }

  it('clone --recurse-submodules', async () => {
    const parent = await emptyRepository(box, 'parent');
    await parent.git(['submodule', '--quiet', 'add', origin, 'data']);
    await parent.commit({}, 'data');
    const clone = at('parent-clone');
    await box.git(['clone', '-q', '--recurse-submodules', parent.dir, clone.dir]);
    await expectOutcome(new DataRepository(box, clone.file('data')), MAIN);
    await expectOutcome(clone, {});
  });

  it('clone --bare, with linked worktrees', async () => {
    const bare = path.join(box.root, 'bare.git');
    await box.git(['clone', '-q', '--bare', origin, bare]);
    const linked = at('linked');
    await box.git(['worktree', 'add', '-q', linked.dir, 'main'], { cwd: bare });
    await expectOutcome(linked, MAIN);
  });

  it('clone --bare, with a work tree', async () => {
    const bare = path.join(box.root, 'bare-with-tree.git');
    await box.git(['clone', '-q', '--bare', origin, bare]);
    const env = { GIT_DIR: bare, GIT_WORK_TREE: path.join(box.root, 'tree') };
    fs.mkdirSync(env.GIT_WORK_TREE);
    await box.git(['checkout', '-q', '-f', 'main'], { env });
    await expectOutcome(at('tree').within(env), MAIN);
  });
});
