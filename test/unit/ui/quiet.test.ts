import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, test } from 'vitest';
import { ancestors, parsePs } from '../../../src/ui/ancestors.ts';
import { isQuietGitCommand } from '../../../src/ui/git-command-line.ts';
import { isQuiet } from '../../../src/ui/quiet.ts';

describe('a git command that was told to be quiet', () => {
  test.each([
    ['git push -q'],
    ['git push --quiet origin main'],
    ['/usr/bin/git -C repo -c core.pager=cat checkout -fq main'],
    ['git --git-dir=x clone -q url'],
    ['C:\\Git\\bin\\git.exe push -q'],
    ['git push origin main -q'],
  ])('%s', (line) => {
    expect(isQuietGitCommand(line.split(' '))).toBe(true);
  });
});

describe('a command line that says nothing of quiet', () => {
  test.each([
    ['git push'],
    ['git checkout -bq'],
    ['git checkout -- -q'],
    ['git -c quiet push'],
    ['git commit -mq'],
    ['grep -q git'],
    ['git'],
    [''],
    ['git-lode push -q'],
  ])('%s', (line) => {
    expect(isQuietGitCommand(line.split(' '))).toBe(false);
  });
});

test.each([
  ['1', true],
  ['yes', true],
  ['0', false],
])('GIT_LODE_QUIET=%s decides without looking further', (value, quiet) => {
  const above = () => expect.unreachable();
  expect(isQuiet({ GIT_LODE_QUIET: value }, above)).toBe(quiet);
});

test('a quiet git anywhere above counts, since a pull starts a merge', () => {
  const above = [['sh', '-c', 'hook'], ['git', 'merge', 'FETCH_HEAD'], ['git', 'pull', '-q'], ['bash']];
  expect(isQuiet({}, () => above)).toBe(true);
  expect(isQuiet({}, () => above.slice(0, 2))).toBe(false);
});

describe('the processes above', () => {
  test('are read with their command lines, the nearest first', async () => {
    const child = spawn(process.execPath, ['-e', 'process.stdin.resume()', 'marker'], { stdio: 'pipe' });
    try {
      const [first, second] = [...ancestors(child.pid)];
      expect(first).toContain('marker');
      expect(second?.join(' ')).toContain('node');
    } finally {
      child.kill();
      await once(child, 'close');
    }
  });

  test('are read from ps where there is no /proc', () => {
    expect(parsePs('  512 git push -q\n')).toEqual({ argv: ['git', 'push', '-q'], parent: 512 });
    expect(parsePs('')).toBeUndefined();
  });

  test('end where the system shows none', () => {
    expect([...ancestors(2 ** 30)]).toEqual([]);
    expect([...ancestors(process.ppid, 'win32')]).toEqual([]);
  });
});
