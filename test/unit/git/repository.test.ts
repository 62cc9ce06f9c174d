import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { findRepository, objectFormat } from '../../../src/git/repository.ts';
import { createSandbox, type Sandbox } from '../../support/sandbox.ts';

/** Compares with what git itself says, in the same folder with the same variables. */
async function expectAsGit(box: Sandbox, cwd: string, env: Record<string, string> = {}): Promise<void> {
  const ask = async (...args: string[]) =>
    path.resolve(cwd, (await box.git(['rev-parse', ...args], { cwd, env })).stdout.trimEnd());
  const found = findRepository(cwd, { ...box.env, ...env });
  expect(found).toMatchObject({
    gitDir: await ask('--absolute-git-dir'),
    commonDir: await ask('--git-common-dir'),
    workTree: await ask('--show-toplevel'),
    indexFile: await ask('--git-path', 'index'),
  });
  expect(found.sharedDir).toBe(path.join(found.commonDir, 'lode'));
  expect(found.ownDir).toBe(path.join(found.gitDir, 'lode'));
}

async function repository(box: Sandbox, ...options: string[]): Promise<string> {
  await box.git(['init', '--quiet', ...options, 'r p']);
  fs.mkdirSync(box.path('r p/sub/folder'), { recursive: true });
  return box.path('r p');
}

describe('finding the repository, as git does', () => {
  it('from the top of the tree and from below', async () => {
    const box = createSandbox();
    const top = await repository(box);
    await expectAsGit(box, top);
    await expectAsGit(box, path.join(top, 'sub', 'folder'));
  });

  it('with the git directory elsewhere', async () => {
    const box = createSandbox();
    const top = await repository(box, '--separate-git-dir', box.path('elsewhere.git'));
    await expectAsGit(box, path.join(top, 'sub'));
  });

  it('in a linked worktree', async () => {
    const box = createSandbox();
    const top = await repository(box);
    await box.git(['commit', '-q', '--allow-empty', '-m', 'one'], { cwd: top });
    await box.git(['worktree', 'add', '-q', '-b', 'other', '../other tree'], { cwd: top });
    await expectAsGit(box, box.path('other tree'));
    await expectAsGit(box, box.path('other tree'), { GIT_DIR: path.join(top, '.git/worktrees/other-tree') });
  });

  it('in a submodule', async () => {
    const box = createSandbox();
    const top = await repository(box);
    await box.git(['commit', '-q', '--allow-empty', '-m', 'one'], { cwd: top });
    await box.git(['clone', '-q', top, 'clone']);
    await box.git(['submodule', '--quiet', 'add', top, 'module'], { cwd: 'clone' });
    await expectAsGit(box, box.path('clone/module'));
  });

  it('by core.worktree', async () => {
    const box = createSandbox();
    const top = await repository(box);
    fs.mkdirSync(box.path('tree "of" \\ it/sub'), { recursive: true });
    await box.git(['config', 'core.worktree', '../../tree "of" \\ it'], { cwd: top });
    const found = findRepository(top, {});
    expect(found.workTree).toBe(box.path('tree "of" \\ it'));
    await expectAsGit(box, box.path('tree "of" \\ it/sub'), { GIT_DIR: path.join(top, '.git') });
  });

  it.each([
    ['GIT_DIR alone makes the current folder the tree', 'elsewhere', { GIT_DIR: '../r p/.git' }],
    ['GIT_DIR alone, in a subfolder', 'r p/sub', { GIT_DIR: '../.git' }],
    ['GIT_DIR and GIT_WORK_TREE', 'elsewhere', { GIT_DIR: '../r p/.git', GIT_WORK_TREE: '../r p' }],
    ['GIT_WORK_TREE alone', 'r p/sub', { GIT_WORK_TREE: '..' }],
    ['GIT_INDEX_FILE', 'r p/sub', { GIT_INDEX_FILE: '../.git/other-index' }],
  ])('%s', async (_, cwd, env) => {
    const box = createSandbox();
    await repository(box);
    fs.mkdirSync(box.path('elsewhere'));
    await expectAsGit(box, box.path(cwd), env as Record<string, string>);
  });

  it('gives a bare repository no working tree, from inside and by name', async () => {
    const box = createSandbox();
    await box.git(['init', '--quiet', '--bare', 'b.git']);
    for (const [cwd, env] of [
      [box.path('b.git'), {}],
      [box.path('b.git/objects'), {}],
      [box.path('b.git'), { GIT_DIR: '.' }],
      [box.dir, { GIT_DIR: 'b.git' }],
    ] as const) {
      expect(findRepository(cwd, env)).toMatchObject({ gitDir: box.path('b.git'), workTree: undefined });
    }
    const env = { GIT_DIR: 'b.git', GIT_WORK_TREE: '.' };
    expect(findRepository(box.dir, env).workTree).toBe(box.dir);
  });

  it('says so where there is none', () => {
    const box = createSandbox();
    expect(() => findRepository(box.dir, {})).toThrowError(
      expect.objectContaining({ code: 'NOT_A_REPOSITORY' }),
    );
  });

  it('passes by a .git that is no git directory, as git does', async () => {
    const box = createSandbox();
    const top = await repository(box);
    fs.mkdirSync(path.join(top, 'sub', '.git'));
    await expectAsGit(box, path.join(top, 'sub'));
  });

  it.each(['sha1', 'sha256'] as const)('knows that objects are named by %s', async (format) => {
    const box = createSandbox();
    const top = await repository(box, `--object-format=${format}`);
    expect(objectFormat(findRepository(top, {}))).toBe(format);
  });

  it('takes no other section for the one that names the hash', async () => {
    const box = createSandbox();
    const top = await repository(box);
    fs.appendFileSync(
      path.join(top, '.git/config'),
      '[other]\n\tobjectformat = sha256\n\tworktree = ../..\n\tbare = true\n',
    );
    expect(objectFormat(findRepository(top, {}))).toBe('sha1');
    expect(findRepository(top, {}).workTree).toBe(top);
  });
});
