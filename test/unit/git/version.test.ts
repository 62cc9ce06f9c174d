import { describe, expect, it } from 'vitest';
import { gitVersion, isAtLeast, parseGitVersion, runsConfiguredHooks } from '../../../src/git/version.ts';

describe('the version of git', () => {
  it.each([
    ['git version 2.39.5\n', [2, 39, 5]],
    ['git version 2.39.5 (Apple Git-154)\n', [2, 39, 5]],
    ['git version 2.47.1.windows.1\n', [2, 47, 1]],
    ['git version 2.55.0.rc1.12.g1234abc\n', [2, 55, 0]],
    ['git version 3.0\n', [3, 0, 0]],
  ])('reads %j', (text, version) => {
    expect(parseGitVersion(text)).toEqual(version);
  });

  it.each(['', 'hub version 2.1', 'git version unknown'])('refuses %j', (text) => {
    expect(() => parseGitVersion(text)).toThrow(expect.objectContaining({ code: 'GIT_FAILED' }));
  });

  it('compares by number, not by text', () => {
    expect(isAtLeast([2, 100, 0], 2, 54)).toBe(true);
    expect(isAtLeast([2, 9, 0], 2, 54)).toBe(false);
    expect(isAtLeast([3, 0, 0], 2, 54)).toBe(true);
    expect(isAtLeast([1, 99, 0], 2, 54)).toBe(false);
  });

  it('knows from which git on hooks may be configured', () => {
    expect(runsConfiguredHooks([2, 53, 9])).toBe(false);
    expect(runsConfiguredHooks([2, 54, 0])).toBe(true);
  });

  it('asks the git that is there', () => {
    expect(isAtLeast(gitVersion(process.cwd()), 2, 39)).toBe(true);
  });
});
