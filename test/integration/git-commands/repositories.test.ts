import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DataRepository, emptyRepository, installedSandbox } from '../../support/data-repository.ts';
import { FIRST, MAIN } from '../../support/history.ts';
import type { Sandbox } from '../../support/sandbox.ts';

interface Kind {
  readonly name: string;
  readonly init?: readonly string[];
  readonly attributes?: string;
  readonly config?: Readonly<Record<string, string>>;
  /** Run once, after the history is there. */
  readonly prepare?: readonly (readonly string[])[];
}

const kinds: readonly Kind[] = [
  { name: 'index version 2', config: { 'index.version': '2' } },
  {
    name: 'index version 3',
    config: { 'index.version': '3' },
    prepare: [['update-index', '--skip-worktree', 'text.txt']],
  },
  { name: 'index version 4', config: { 'index.version': '4' } },
  { name: 'a split index', prepare: [['update-index', '--split-index']] },
  {
    name: 'a split index whose shared part is always written anew',
    config: { 'core.splitIndex': 'true', 'splitIndex.maxPercentChange': '0' },
  },
  {
    name: 'an untracked cache',
    config: { 'core.untrackedCache': 'true' },
    prepare: [['update-index', '--untracked-cache'], ['status']],
  },
  { name: 'index.skipHash', config: { 'index.skipHash': 'true' } },
  { name: 'feature.manyFiles', config: { 'feature.manyFiles': 'true' } },
  { name: 'index.threads and many extensions', config: { 'index.threads': '2' } },
  { name: 'core.checkStat=minimal', config: { 'core.checkStat': 'minimal' } },
  { name: 'core.trustctime=false', config: { 'core.trustctime': 'false' } },
  { name: 'core.autocrlf=true', config: { 'core.autocrlf': 'true' } },
  {
    name: 'core.autocrlf=true and files that git takes for text',
    config: { 'core.autocrlf': 'true' },
    attributes: '*.bin filter=lode\n',
  },
  { name: 'files with eol=crlf', attributes: '*.bin filter=lode text eol=crlf\n' },
  { name: 'a sparse index', prepare: [['sparse-checkout', 'set', '--cone', '--sparse-index']] },
  { name: 'object names of SHA-256', init: ['--object-format=sha256'] },
  {
    name: 'object names of SHA-256 in a version 4 index',
    init: ['--object-format=sha256'],
    config: { 'index.version': '4' },
  },
  { name: 'a git directory elsewhere', init: ['--separate-git-dir=GITDIR'] },
  { name: 'core.ignoreCase=true', config: { 'core.ignoreCase': 'true' } },
  {
    name: 'a file system monitor',
    config: { 'core.fsmonitor': 'FSMONITOR', 'core.fsmonitorHookVersion': '2' },
    prepare: [['update-index', '--fsmonitor'], ['status']],
  },
  // From git 2.45 on.
  ...(gitKnows('--ref-format=files') ? [{ name: 'reftables', init: ['--ref-format=reftable'] }] : []),
];

function gitKnows(option: string): boolean {
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'git-lode-test-'));
  const PATH = [process.env.GIT_LODE_TEST_GIT, process.env.PATH].filter(Boolean).join(path.delimiter);
  const { status } = spawnSync('git', ['init', '-q', option, dir], { env: { ...process.env, PATH } });
  fs.rmSync(dir, { recursive: true });
  return status === 0;
}

let box: Sandbox;
/** A monitor that takes every file for changed: git looks at all, and must find nothing. */
let monitor: string;
beforeAll(async () => {
  box = await installedSandbox();
  monitor = path.join(box.root, 'fsmonitor');
  fs.writeFileSync(monitor, "#!/bin/sh\nprintf 'token\\0/\\0'\n", { mode: 0o755 });
});
afterAll(() => box.remove());

async function make({
  name,
  init = [],
  attributes,
  config = {},
  prepare = [],
}: Kind): Promise<DataRepository> {
  const folder = name.replaceAll(/\W/g, '-');
  const options = init.map((option) => option.replace('GITDIR', path.join(box.root, `${folder}.git`)));
  const repository = await emptyRepository(box, folder, options, attributes);
  for (const [key, value] of Object.entries(config)) {
    await repository.git(['config', key, value.replace('FSMONITOR', monitor)]);
  }
  await repository.commit({ ...FIRST, 'sub/deep.bin': 1 }, 'v1');
  await repository.commit(MAIN, 'v2');
  for (const step of prepare) await repository.git(step);
  return repository;
}

async function expectClean(repository: DataRepository): Promise<void> {
  expect(await repository.status()).toEqual({ lines: [], cleaned: false });
}

describe.concurrent('a repository with', () => {
  it.each(kinds)('$name has the right files and a clean status after switches', async (kind) => {
    const repository = await make(kind);
    await repository.git(['checkout', '-q', 'v1']);
    await repository.expectFiles(FIRST);
    await expectClean(repository);
    await repository.git(['checkout', '-q', 'main']);
    await repository.expectFiles(MAIN);
    await expectClean(repository);
    // A change of the same size, in the same second, must still be seen.
    const bytes = fs.readFileSync(repository.file('small.bin'));
    bytes[0]! ^= 1;
    fs.writeFileSync(repository.file('small.bin'), bytes);
    expect((await repository.status()).lines).toEqual([' M small.bin']);
  });
});
