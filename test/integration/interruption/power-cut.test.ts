import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type DataRepository,
  emptyRepository,
  type Files,
  installedSandbox,
} from '../../support/data-repository.ts';
import { FIRST, MAIN } from '../../support/history.ts';
import { ALL_KILLED, interrupted } from '../../support/interruption.ts';
import { PowerCut } from '../../support/power-cut.ts';
import type { Sandbox } from '../../support/sandbox.ts';
import { Team } from '../../support/team.ts';

let box: Sandbox;
let count = 0;

beforeAll(async () => {
  box = await installedSandbox();
});
afterAll(() => box.remove());

const KINDS: readonly (readonly [string, Files])[] = [
  ['two files', { 'large.bin': 5, 'small.bin': 5 }],
  ['more files than are flushed one by one', numbered(12)],
  ['so many that they share a bundle', numbered(270)],
];
const UNFLUSHED = ['empty', 'zeros'] as const;

function numbered(length: number): Files {
  return Object.fromEntries(Array.from({ length }, (_, i) => [`many/${i}.bin`, 1]));
}

async function repositoryWith(files: Files): Promise<DataRepository> {
  const repository = await emptyRepository(box, `repository-${count++}`);
  await repository.git(['add', '.gitattributes']);
  await repository.git(['commit', '-qm', 'empty']);
  await repository.git(['tag', 'empty']);
  for (const [name, version] of Object.entries(files)) repository.write(name, Number(version));
  return repository;
}

/** Commits what is staged, and has every file come from the store. */
async function expectStored(repository: DataRepository, files: Files): Promise<void> {
  await repository.git(['commit', '-qm', 'data']);
  await repository.git(['checkout', '-q', 'empty']);
  await repository.git(['checkout', '-q', 'main']);
  await repository.expectFiles(files);
  expect((await repository.status()).lines).toEqual([]);
}

describe.concurrent('a power cut after git add has returned takes nothing of what was added', () => {
  const table = KINDS.flatMap(([kind, files]) =>
    UNFLUSHED.map((unflushed) => [kind, unflushed, files] as const),
  );

  it.each(table)('%s, unflushed bytes %s', async (_kind, unflushed, files) => {
    const repository = await repositoryWith(files);
    const cut = new PowerCut(path.join(box.root, `log-${count++}`));
    await repository.git(['add', '.'], { env: cut.env });
    cut.strike(repository.file('.git/lode'), unflushed);
    await expectStored(repository, files);
  });
});

describe.concurrent('a power cut in the middle of a git add leaves no object that is not what its name says', () => {
  const steps = [
    ['object-in-place', KINDS[0]![1]],
    ['object-in-place', KINDS[1]![1]],
    ['bundle-appended', KINDS[2]![1]],
  ] as const;
  const table = steps.flatMap(([step, files]) =>
    UNFLUSHED.flatMap((unflushed) => [true, false].map((names) => [step, unflushed, names, files] as const)),
  );

  it.each(table)(
    'at %s, unflushed bytes %s, unflushed names lost: %s',
    async (step, unflushed, loseNames, files) => {
      const repository = await repositoryWith(files);
      const cut = new PowerCut(path.join(box.root, `log-${count++}`));
      await interrupted(repository, ['add', '.'], step, ALL_KILLED, cut);
      expect(cut.strike(repository.file('.git/lode'), unflushed, { loseNames })).toBeGreaterThan(0);
      fs.rmSync(repository.file('.git/index.lock'), { force: true });
      await repository.git(['add', '.']);
      await expectStored(repository, files);
    },
  );
});

describe.concurrent('a power cut after git push has returned', () => {
  it.each(UNFLUSHED)(
    'takes nothing of a data remote that is a folder, even a new one: unflushed bytes %s',
    async (unflushed) => {
      const team = await Team.create(box, `team-${count++}`);
      team.loseDataRemote();
      const cut = new PowerCut(path.join(box.root, `log-${count++}`));
      await team.author.git(['push', '-q'], { env: cut.env });
      cut.strike(team.data, unflushed);
      await team.expectDataWhole();
    },
  );
});

describe.concurrent('a power cut in the middle of a download', () => {
  it.each(UNFLUSHED)(
    'puts nothing wrong in place, and git lode pull fetches again: unflushed bytes %s',
    async (unflushed) => {
      const team = await Team.create(box, `team-${count++}`);
      await team.author.git(['push', '-q']);
      const { reader } = team;
      const cut = new PowerCut(path.join(box.root, `log-${count++}`));
      await interrupted(reader, ['pull', '-q'], 'object-in-place', ALL_KILLED, cut);
      expect(cut.strike(reader.file('.git/lode'), unflushed, { loseNames: false })).toBeGreaterThan(0);
      await reader.git(['lode', 'pull', '--quiet']);
      await reader.expectFiles(MAIN);
      expect((await reader.status()).lines).toEqual([]);
      await reader.git(['checkout', '-q', 'HEAD~1']);
      await reader.expectFiles(FIRST);
    },
  );
});
