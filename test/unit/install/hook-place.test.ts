import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { findRepository } from '../../../src/git/repository.ts';
import { findHookPlace, placeOf } from '../../../src/install/hook-place.ts';
import { createSandbox, type Sandbox } from '../../support/sandbox.ts';

describe('the place of hook files', () => {
  let box: Sandbox;
  beforeEach(async () => {
    box = createSandbox();
    await box.git(['init', '-q']);
  });

  const find = (cwd = box.dir) => findHookPlace(findRepository(cwd, box.env), box.env);
  const configure = (value: string) => box.git(['config', 'core.hooksPath', value]);

  it("is git's own folder, which worktrees share", async () => {
    await box.git(['commit', '-q', '--allow-empty', '-m', 'one']);
    await box.git(['worktree', 'add', '-q', 'linked']);
    const own = { kind: 'folder', folder: box.path('.git/hooks'), style: 'git' };
    expect(find()).toEqual(own);
    expect(find(box.path('linked'))).toEqual(own);
  });

  it('is where core.hooksPath leads, from the top of the working tree', async () => {
    await configure('.githooks');
    fs.mkdirSync(box.path('sub'));
    expect(find(box.path('sub'))).toEqual({ kind: 'folder', folder: box.path('.githooks'), style: 'git' });
    await configure('~/hooks');
    expect(find()).toEqual({ kind: 'folder', folder: path.join(box.home, 'hooks'), style: 'git' });
  });

  it("is the folder above husky's own", async () => {
    box.write('.husky/_/h', '');
    await configure('.husky/_');
    expect(find()).toEqual({
      kind: 'folder',
      folder: box.path('.husky'),
      style: 'husky',
      generated: box.path('.husky/_'),
    });
  });

  it.each(['/dev/null', 'NUL', 'nul:'])('is nowhere with core.hooksPath=%s', async (value) => {
    await configure(value);
    expect(find()).toEqual({ kind: 'off', hooksPath: value });
  });

  it('is nowhere if core.hooksPath is empty, or a file', async () => {
    await configure('');
    expect(find()).toEqual({ kind: 'off', hooksPath: '' });
    expect(placeOf('x', box.write('x', ''))).toEqual({ kind: 'off', hooksPath: 'x' });
  });

  it('is nowhere if a link in the working tree leads out of it', async () => {
    const outside = fs.mkdtempSync(path.join(fs.realpathSync(os.tmpdir()), 'git-lode-outside-'));
    try {
      fs.symlinkSync(outside, box.path('.githooks'));
      await configure('.githooks');
      expect(find()).toEqual({ kind: 'off', hooksPath: '.githooks' });
    } finally {
      fs.rmSync(outside, { recursive: true });
    }
  });
});
