import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DataRepository, emptyRepository, installedSandbox } from '../../support/data-repository.ts';
import { FIRST, MAIN } from '../../support/history.ts';
import type { Sandbox } from '../../support/sandbox.ts';
import { note } from './notes.ts';
import { expectOutcome } from './outcome.ts';

interface Kind {
  readonly name: string;
  readonly init?: readonly string[];
  readonly attributes?: string;
  readonly config?: Readonly<Record<string, string>>;
  /** Run once, after the history is there. */
  readonly prepare?: readonly (readonly string[])[];
  /** Run when all is seen. */
  readonly end?: readonly string[];
  /** What git itself may lack for it. */
  readonly needs?: Need;
}

/** Something that not every git has: what is missing, a command that such a git refuses, and in which words. */
interface Need {
  readonly missing: string;
  readonly refused: readonly string[];
  readonly saying: RegExp;
}

const REFTABLE: Need = {
  missing: 'reftable needs git 2.45',
  refused: ['init', '--ref-format=reftable', '../refused'],
  saying: /unknown option/,
};
const MONITOR: Need = {
  missing: 'no fsmonitor--daemon on this platform',
  refused: ['fsmonitor--daemon', 'status'],
  saying: /not supported on this platform/,
};

const kinds: readonly Kind[] = [
  { name: 'index version 2', config: { 'index.version': '2' } },
  {
    name: 'index version 3',
    config: { 'index.version': '3' },
    prepare: [['update-index', '--skip-worktree', 'text.txt']],
  },
  { name: 'index version 4', config: { 'index.version': '4' } },
  { name: 'split index', prepare: [['update-index', '--split-index']] },
  {
    name: 'split index, its shared part always written anew',
    config: { 'core.splitIndex': 'true', 'splitIndex.maxPercentChange': '0' },
  },
  {
    name: 'untracked cache',
    config: { 'core.untrackedCache': 'true' },
    prepare: [['update-index', '--untracked-cache'], ['status']],
  },
  {
    name: 'fsmonitor, by a hook',
    config: { 'core.fsmonitor': 'FSMONITOR', 'core.fsmonitorHookVersion': '2' },
    prepare: [['update-index', '--fsmonitor'], ['status']],
  },
  {
    name: 'fsmonitor, builtin',
    config: { 'core.fsmonitor': 'true' },
    prepare: [['status'], ['fsmonitor--daemon', 'status']],
    end: ['fsmonitor--daemon', 'stop'],
    needs: MONITOR,
  },
  { name: 'sparse index', prepare: [['sparse-checkout', 'set', '--cone', '--sparse-index']] },
  { name: 'index.skipHash', config: { 'index.skipHash': 'true' } },
  { name: 'index.threads', config: { 'index.threads': '2' } },
  { name: 'feature.manyFiles', config: { 'feature.manyFiles': 'true' } },
  { name: 'sha256', init: ['--object-format=sha256'] },
  {
    name: 'sha256, in a version 4 index',
    init: ['--object-format=sha256'],
    config: { 'index.version': '4' },
  },
  { name: 'reftable', init: ['--ref-format=reftable'], needs: REFTABLE },
  { name: 'core.checkStat=minimal', config: { 'core.checkStat': 'minimal' } },
  { name: 'core.trustctime=false', config: { 'core.trustctime': 'false' } },
  { name: 'autocrlf', config: { 'core.autocrlf': 'true' } },
  {
    name: 'autocrlf, files that git takes for text',
    config: { 'core.autocrlf': 'true' },
    attributes: '*.bin filter=lode\n',
  },
  { name: 'eol=crlf', attributes: '*.bin filter=lode text eol=crlf\n' },
  { name: 'core.ignoreCase', config: { 'core.ignoreCase': 'true' } },
  { name: 'a git directory elsewhere', init: ['--separate-git-dir=GITDIR'] },
];

let box: Sandbox;
/** A monitor that takes every file for changed: git looks at all, and must find nothing. */
let monitor: string;
beforeAll(async () => {
  box = await installedSandbox();
  monitor = path.join(box.root, 'fsmonitor');
  fs.writeFileSync(monitor, "#!/bin/sh\nprintf 'token\\0/\\0'\n", { mode: 0o755 });
});
afterAll(() => box.remove());

async function make({ name, init = [], attributes, config = {}, prepare = [] }: Kind) {
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

/** Whether git itself lacks what is needed: only if it says so. */
async function lacks({ refused, saying }: Need): Promise<boolean> {
  const repository = await emptyRepository(box, `asking-${refused[0]}`);
  const { exitCode, stderr } = await repository.git(refused, { exitCode: 'any' });
  return exitCode !== 0 && saying.test(stderr);
}

/** Switches there and back, and a change of the same size in the same second, which must still be seen. */
async function expectSwitches(repository: DataRepository, name: string): Promise<void> {
  const files = { 'sub/deep.bin': name === 'sparse index' ? 'absent' : 1 } as const;
  const deep = { 'sub/deep.bin': 1 };
  await repository.git(['checkout', '-q', 'v1']);
  await expectOutcome(repository, { ...FIRST, ...deep }, { files, head: {} });
  await repository.git(['checkout', '-q', 'main']);
  await expectOutcome(repository, { ...MAIN, ...deep }, { files, head: {} });
  const bytes = fs.readFileSync(repository.file('small.bin'));
  bytes[0]! ^= 1;
  fs.writeFileSync(repository.file('small.bin'), bytes);
  expect((await repository.status()).lines).toEqual([' M small.bin']);
}

describe.concurrent('a repository with', () => {
  for (const kind of kinds) {
    it(kind.name, async ({ task }) => {
      if (kind.needs !== undefined && (await lacks(kind.needs))) {
        note(task, { lacks: kind.needs.missing });
        return;
      }
      const repository = await make(kind);
      try {
        await expectSwitches(repository, kind.name);
      } finally {
        if (kind.end !== undefined) await repository.git(kind.end);
      }
    });
  }
});
