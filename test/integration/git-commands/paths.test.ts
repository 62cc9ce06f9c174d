import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  contentOf,
  type DataRepository,
  emptyRepository,
  installedSandbox,
} from '../../support/data-repository.ts';
import { writeHistory } from '../../support/history.ts';
import type { Sandbox } from '../../support/sandbox.ts';

let box: Sandbox;
beforeAll(async () => {
  box = await installedSandbox();
});
afterAll(() => box.remove());

const names: readonly (string | Buffer)[] = [
  'with space.bin',
  '"quoted" and \'so\'.bin',
  'line\nbreak.bin',
  'tab\tand \\ backslash.bin',
  '-leading dash.bin',
  ':(top)magic.bin',
  '*glob?[a].bin',
  '%f $(touch x) `y`.bin',
  'größe 数据.bin',
  'gro\u0308ße.bin',
  Buffer.from('not utf-8 \xff\xfe.bin', 'latin1'),
  'folder with space/-dash/file.bin',
  '.hidden.bin',
  `${'long'.repeat(40)}/${'name'.repeat(50)}.bin`,
];

describe('file names', () => {
  it.each([
    ['an ordinary index', []],
    ['a version 4 index', ['update-index', '--index-version=4']],
    ['a split index', ['update-index', '--split-index']],
  ])('of every kind come back as content with %s', async (title, prepare) => {
    const repository = await emptyRepository(box, title);
    const top = Buffer.from(`${repository.dir}/`);
    const files = names.map((name, i) => ({
      file: Buffer.concat([top, Buffer.from(name)]),
      content: contentOf(i % 2 ? 'small.bin' : 'tiny.bin', i),
    }));
    for (const { file, content } of files) {
      fs.mkdirSync(file.subarray(0, file.lastIndexOf('/')), { recursive: true });
      fs.writeFileSync(file, content);
      fs.utimesSync(file, 1e9, 1e9);
    }
    await repository.git(['add', '--all']);
    await repository.git(['commit', '-qm', 'names']);
    if (prepare.length > 0) await repository.git(prepare);
    for (const { file } of files) fs.rmSync(file);
    await repository.git(['checkout', '-q', '--', '.']);
    for (const { file, content } of files) {
      expect(fs.readFileSync(file).equals(content), file.toString()).toBe(true);
    }
    // Arguments that are not UTF-8 cannot be given to git: with a split index it looks at that one file itself.
    const { lines, cleaned } = await repository.status();
    expect(lines).toEqual([]);
    if (title !== 'a split index') expect(cleaned).toBe(false);
  });
});

describe('from elsewhere than the top of the working tree', () => {
  let repository: DataRepository;
  const files = { 'small.bin': 1, 'large.bin': 1, 'tiny.bin': 1 };
  beforeAll(async () => {
    repository = await emptyRepository(box, 'elsewhere');
    await writeHistory(repository);
    fs.mkdirSync(repository.file('sub/folder'), { recursive: true });
  });

  const places: readonly [string, { cwd: string; env?: Record<string, string>; args?: string[] }][] = [
    ['in a subfolder', { cwd: 'sub/folder' }],
    ['with -C', { cwd: '..', args: ['-C', 'elsewhere'] }],
    [
      'with --git-dir and --work-tree',
      { cwd: '..', args: ['--git-dir=elsewhere/.git', '--work-tree=elsewhere'] },
    ],
    [
      'with GIT_DIR and GIT_WORK_TREE',
      { cwd: '..', env: { GIT_DIR: 'elsewhere/.git', GIT_WORK_TREE: 'elsewhere' } },
    ],
    ['with both, in a subfolder', { cwd: 'sub', env: { GIT_DIR: '../.git', GIT_WORK_TREE: '..' } }],
    ['with GIT_DIR alone, at the top', { cwd: '.', env: { GIT_DIR: '.git' } }],
  ];
  it.each(places)('%s', async (_, { cwd, env = {}, args = [] }) => {
    const options = { cwd: repository.file(cwd), env };
    await repository.git([...args, 'checkout', '-q', '--detach', 'v1'], options);
    await repository.expectFiles(files);
    expect(await repository.status()).toEqual({ lines: [], cleaned: false });
    await repository.git([...args, 'checkout', '-q', 'main'], options);
    await repository.expectFiles({ 'small.bin': 2, 'large.bin': 2, 'tiny.bin': 2 });
    expect(await repository.status()).toEqual({ lines: [], cleaned: false });
  });

  it('writes into the working tree that git writes into, where GIT_DIR names the repository of another', async () => {
    const other = path.join(box.root, 'other-tree');
    fs.mkdirSync(other);
    const env = { GIT_DIR: repository.file('.git'), GIT_INDEX_FILE: path.join(box.root, 'other-index') };
    await box.git(['read-tree', '-m', '-u', 'v1'], { cwd: other, env });
    for (const name of Object.keys(files)) {
      expect(fs.readFileSync(path.join(other, name)).equals(contentOf(name, 1)), name).toBe(true);
    }
    await repository.expectFiles({ 'small.bin': 2, 'large.bin': 2, 'tiny.bin': 2 });
    const { stdout } = await box.git(['status', '--porcelain', '-uno'], { cwd: other, env });
    expect(
      stdout
        .trimEnd()
        .split('\n')
        .filter((line) => line.startsWith(' ')),
    ).toEqual([]);
  });

  it('follows core.worktree', async () => {
    const tree = path.join(box.root, 'configured-tree');
    fs.mkdirSync(tree);
    const copy = await repository.copy(path.join(box.root, 'configured'));
    await copy.git(['config', 'core.worktree', '../../configured-tree']);
    await copy.git(['checkout', '-q', '-f', 'v1']);
    for (const name of Object.keys(files)) {
      expect(fs.readFileSync(path.join(tree, name)).equals(contentOf(name, 1)), name).toBe(true);
    }
    await copy.expectFiles({ 'small.bin': 2, 'large.bin': 2, 'tiny.bin': 2 });
  });

  it('a bare repository with a work tree', async () => {
    const bare = path.join(box.root, 'bare.git');
    await box.git(['clone', '-q', '--bare', repository.dir, bare]);
    await repository.shareStore(bare);
    const tree = path.join(box.root, 'bare-tree');
    fs.mkdirSync(tree);
    await box.git([`--git-dir=${bare}`, `--work-tree=${tree}`, 'checkout', '-q', '-f', 'v1'], {
      cwd: box.root,
    });
    for (const name of Object.keys(files)) {
      expect(fs.readFileSync(path.join(tree, name)).equals(contentOf(name, 1)), name).toBe(true);
    }
  });
});
