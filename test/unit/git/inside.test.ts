import { describe, expect, it } from 'vitest';
import { inside } from '../../../src/git/inside.ts';
import type { Repository } from '../../../src/git/repository.ts';

const repository: Repository = {
  gitDir: '/r/.git',
  commonDir: '/r/.git',
  workTree: '/r',
  indexFile: '/r/.git/index.other',
  sharedDir: '/r/.git/lode',
  ownDir: '/r/.git/lode',
};

describe('running git inside a repository', () => {
  it('starts at the top of the tree, and makes the variables absolute that git gave relative', () => {
    const { cwd, env } = inside(repository, {
      GIT_DIR: '.git',
      GIT_INDEX_FILE: '.git/index.other',
      HOME: '/h',
    });
    expect(cwd).toBe('/r');
    expect(env).toEqual({ GIT_DIR: '/r/.git', GIT_INDEX_FILE: '/r/.git/index.other', HOME: '/h' });
  });

  it('adds no variable, so that git still checks whose folder it is', () => {
    expect(inside(repository, { HOME: '/h' }).env).toEqual({ HOME: '/h' });
  });

  it('starts in the git directory of a bare repository', () => {
    expect(inside({ ...repository, workTree: undefined }, {}).cwd).toBe('/r/.git');
  });
});
