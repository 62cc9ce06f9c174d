import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { DataRepository, emptyRepository, installedSandbox } from '../../support/data-repository.ts';
import { FIRST, MAIN, writeHistory } from '../../support/history.ts';
import type { Sandbox } from '../../support/sandbox.ts';
import { expectOutcome } from './outcome.ts';

let box: Sandbox;
let repository: DataRepository;

beforeAll(async () => {
  box = await installedSandbox();
  repository = await emptyRepository(box, 'elsewhere');
  await writeHistory(repository);
  fs.mkdirSync(repository.file('sub/folder'), { recursive: true });
});
afterAll(() => box.remove());

const emptyFolder = (name: string): DataRepository => {
  const tree = new DataRepository(box, path.join(box.root, name));
  fs.mkdirSync(tree.dir);
  return tree;
};

describe('git run from elsewhere:', () => {
  const places: readonly [string, { cwd: string; env?: Record<string, string>; args?: string[] }][] = [
    ['subfolders', { cwd: 'sub/folder' }],
    ['-C', { cwd: '..', args: ['-C', 'elsewhere'] }],
    ['--git-dir and --work-tree', { cwd: '..', args: ['--git-dir=elsewhere/.git', '--work-tree=elsewhere'] }],
    [
      'GIT_DIR and GIT_WORK_TREE',
      { cwd: '..', env: { GIT_DIR: 'elsewhere/.git', GIT_WORK_TREE: 'elsewhere' } },
    ],
    [
      'GIT_DIR and GIT_WORK_TREE, in a subfolder',
      { cwd: 'sub', env: { GIT_DIR: '../.git', GIT_WORK_TREE: '..' } },
    ],
    ['GIT_DIR alone, at the top', { cwd: '.', env: { GIT_DIR: '.git' } }],
    ['GIT_WORK_TREE alone, in a subfolder', { cwd: 'sub', env: { GIT_WORK_TREE: '..' } }],
  ];
  for (const [name, { cwd, env = {}, args = [] }] of places) {
    it(name, async () => {
      const options = { cwd: repository.file(cwd), env };
      await repository.git([...args, 'checkout', '-q', '--detach', 'v1'], options);
      await expectOutcome(repository, FIRST);
      await repository.git([...args, 'checkout', '-q', 'main'], options);
      await expectOutcome(repository, MAIN);
    });
  }

  it('GIT_INDEX_FILE', async () => {
    const copy = await repository.copy(path.join(box.root, 'with-own-index'));
    const own = copy.within({ GIT_INDEX_FILE: copy.file('.git/own-index') });
    await own.git(['reset', '-q', '--hard', 'v1']);
    await expectOutcome(own, FIRST);
    await own.git(['checkout', '-q', 'v2']);
    await expectOutcome(own, MAIN);
  });

  it('GIT_INDEX_FILE, with GIT_DIR: into the tree that git writes into', async () => {
    const tree = emptyFolder('other-tree');
    const env = { GIT_DIR: repository.file('.git'), GIT_INDEX_FILE: path.join(box.root, 'other-index') };
    await tree.within(env).git(['read-tree', '-m', '-u', 'v1']);
    const status = ['M  large.bin', 'M  small.bin', 'M  tiny.bin'];
    await expectOutcome(tree.within(env), MAIN, { files: FIRST, head: {}, status });
    await expectOutcome(repository, MAIN);
  });

  it('core.worktree', async () => {
    const tree = emptyFolder('configured-tree');
    const copy = await repository.copy(path.join(box.root, 'configured'));
    await copy.git(['config', 'core.worktree', '../../configured-tree']);
    await copy.git(['checkout', '-q', '-f', 'v1']);
    await expectOutcome(tree.within({ GIT_DIR: copy.file('.git') }), FIRST);
    await copy.expectFiles(MAIN);
  });

  it('a bare repository with a work tree', async () => {
    const bare = path.join(box.root, 'bare.git');
    await box.git(['clone', '-q', '--bare', repository.dir, bare]);
    await repository.shareStore(bare);
    const env = { GIT_DIR: bare, GIT_WORK_TREE: path.join(box.root, 'bare-tree') };
    const tree = emptyFolder('bare-tree');
    await box.git([`--git-dir=${bare}`, `--work-tree=${tree.dir}`, 'checkout', '-q', '-f', 'v1'], {
      cwd: box.root,
    });
    await expectOutcome(tree.within(env), FIRST);
  });
});

describe('worktrees', () => {
  it('linked, with a configuration of its own', async () => {
    const copy = await repository.copy(path.join(box.root, 'main-of-linked'));
    await copy.git(['config', 'extensions.worktreeConfig', 'true']);
    const linked = new DataRepository(box, path.join(box.root, 'linked'));
    await copy.git(['worktree', 'add', '-q', '--detach', linked.dir, 'v1']);
    await linked.git(['config', '--worktree', 'index.version', '4']);
    await linked.git(['checkout', '-q', 'v2']);
    await expectOutcome(linked, MAIN);
    await linked.git(['checkout', '-q', 'v1']);
    await expectOutcome(linked, FIRST);
    await expectOutcome(copy, MAIN);
  });
});
