import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DataRepository, emptyRepository, installedSandbox } from '../../support/data-repository.ts';
import type { Sandbox } from '../../support/sandbox.ts';

/** Enough for the fetch to begin while git writes, in a folder that git writes before the file that names the remote. */
const FILES = Array.from({ length: 700 }, (_, i) => `many/${i}.bin`);
const HOOKS = ['post-checkout', 'post-merge', 'pre-merge-commit'];
const contentOf = (name: string, version: number) =>
  createHash('shake256', { outputLength: 9000 }).update(`${name} ${version}`).digest();

let box: Sandbox;
let author: DataRepository;

beforeAll(async () => {
  box = await installedSandbox();
  author = await emptyRepository(box, 'author');
  await box.git(['init', '-q', '--bare', 'origin.git'], { cwd: box.root });
  await author.git(['remote', 'add', 'origin', '../origin.git']);
  fs.mkdirSync(author.file('many'));
  for (const version of [1, 2]) {
    const remote = path.join(box.root, `data${version}`);
    for (const name of FILES) fs.writeFileSync(author.file(name), contentOf(name, version));
    fs.writeFileSync(author.file('package.json'), JSON.stringify({ 'git-lode': { remote } }));
    await box.git(['lode', 'install', '--quiet', remote], { cwd: author.dir });
    await author.git(['add', '--all']);
    await author.git(['commit', '-q', '-m', `v${version}`]);
    await author.git(['tag', `v${version}`]);
    await author.git(['push', '-q', 'origin', 'main', `v${version}`]);
  }
});
afterAll(() => box.remove());

const holding = (dir: string, version: number) =>
  FILES.filter((name) => fs.readFileSync(path.join(box.root, dir, name)).equals(contentOf(name, version)));

describe('a version that names the data remote in a file that git writes last', () => {
  it('is cloned whole', async () => {
    const { stderr } = await box.git(['clone', '-b', 'v1', 'origin.git', 'whole'], { cwd: box.root });
    expect(stderr).not.toContain('warning');
    expect(holding('whole', 1)).toEqual(FILES);
  });

  it.each([
    ['with hooks', false, false],
    ['without hooks', true, false],
    ['with hooks, the old remote gone', false, true],
    ['without hooks, the old remote gone', true, true],
  ])('is checked out whole after one that names another: %s', async (name, bare, gone) => {
    const dir = name.replaceAll(/\W+/g, '-');
    await box.git(['clone', '-q', '-b', 'v1', 'origin.git', dir], { cwd: box.root });
    const cwd = path.join(box.root, dir);
    if (bare) for (const hook of HOOKS) fs.rmSync(path.join(cwd, '.git/hooks', hook), { force: true });
    const old = path.join(box.root, 'data1');
    if (gone) fs.renameSync(old, `${old}.away`);
    try {
      await box.git(['checkout', '-q', 'v2'], { cwd });
    } finally {
      if (gone) fs.renameSync(`${old}.away`, old);
    }
    expect(holding(dir, 2)).toEqual(FILES);
    expect((await box.git(['status', '--porcelain'], { cwd })).stdout).toBe('');
  });
});
