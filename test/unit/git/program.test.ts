import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { findProgram, gitProgram } from '../../../src/git/program.ts';

let folder: string;
const before = process.cwd();

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'lode-program-'));
});
afterEach(() => {
  process.chdir(before);
  rmSync(folder, { recursive: true });
});

function plant(...parts: string[]): string {
  const file = path.join(folder, ...parts);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, '#!/bin/sh\n');
  chmodSync(file, 0o755);
  return file;
}

it('a git in the working tree is never found through a relative or an empty entry of PATH', () => {
  plant('git');
  const real = plant('bin', 'git');
  process.chdir(folder);
  expect(findProgram('git', { PATH: `.::bin:${path.dirname(real)}` })).toBe(real);
  expect(findProgram('git', { PATH: '.::bin' })).toBeUndefined();
});

it('a folder or a file that may not be run is passed over', () => {
  mkdirSync(path.join(folder, 'a', 'git'), { recursive: true });
  chmodSync(plant('b', 'git'), 0o644);
  const real = plant('c', 'git');
  const search = ['a', 'b', 'c'].map((name) => path.join(folder, name)).join(':');
  expect(findProgram('git', { PATH: search })).toBe(real);
});

it('the answer follows a PATH that changes', () => {
  const one = plant('one', 'git');
  const two = plant('two', 'git');
  expect(gitProgram({ PATH: path.dirname(one) })).toBe(one);
  expect(gitProgram({ PATH: path.dirname(two) })).toBe(two);
  expect(gitProgram({ PATH: '' })).toBe('git');
});

// Node runs a `.bat` through a shell, which reads the arguments anew (CVE-2024-27980).
it('on Windows a batch file is never found, only a program', () => {
  process.chdir(folder);
  const env = { PATH: 'C:\\bin' };
  // On other systems these are ordinary names in the current folder.
  for (const name of ['git', 'git.bat', 'git.cmd', '..exe']) plant(`C:\\bin\\${name}`);
  expect(findProgram('git', env, 'win32')).toBeUndefined();
  plant('C:\\bin\\git.exe');
  expect(findProgram('git', env, 'win32')).toBe('C:\\bin\\git.exe');
});
