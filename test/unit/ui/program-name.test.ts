import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { programName, spellCommands } from '../../../src/ui/program-name.ts';

const at = (...parts: string[]) => path.resolve(path.sep, ...parts);
const url = (...parts: string[]) => pathToFileURL(at(...parts)).href;

test.each([
  ['a checkout of its own', url('src', 'git-lode', 'dist', 'git-lode.js'), at('home'), 'git lode'],
  [
    'a global installation',
    url('usr', 'lib', 'node_modules', 'git-lode', 'dist', 'git-lode.js'),
    at('home', 'repo'),
    'git lode',
  ],
  [
    'a devDependency',
    url('home', 'repo', 'node_modules', 'git-lode', 'dist', 'git-lode.js'),
    at('home', 'repo'),
    'npx git-lode',
  ],
  [
    'a devDependency, from a folder below',
    url('home', 'repo', 'node_modules', 'git-lode', 'dist', 'git-lode.js'),
    at('home', 'repo', 'sub'),
    'npx git-lode',
  ],
  [
    'a devDependency by pnpm',
    url('home', 'repo', 'node_modules', '.pnpm', 'git-lode@1', 'node_modules', 'git-lode', 'dist', 'x.js'),
    at('home', 'repo'),
    'npx git-lode',
  ],
  [
    "another project's devDependency",
    url('home', 'other', 'node_modules', 'git-lode', 'dist', 'git-lode.js'),
    at('home', 'repo'),
    'git lode',
  ],
  [
    'a folder whose name begins with two dots',
    url('home', 'node_modules', 'git-lode', 'x.js'),
    at('home', '..repo'),
    'npx git-lode',
  ],
])('%s', (_, moduleUrl, cwd, name) => {
  expect(programName(moduleUrl, cwd)).toBe(name);
});

test('commands in messages are spelt for npx, and nothing else changes', () => {
  expect(spellCommands('run: git lode pull, then git push', 'npx git-lode')).toBe(
    'run: npx git-lode pull, then git push',
  );
  expect(spellCommands('run: git lode pull', 'git lode')).toBe('run: git lode pull');
});
