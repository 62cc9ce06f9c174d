import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DataRepository, emptyRepository, installedSandbox } from '../../support/data-repository.ts';
import { FIRST, MAIN } from '../../support/history.ts';
import { ALL_KILLED, interrupted, leftIn, meanwhile } from '../../support/interruption.ts';
import type { Sandbox } from '../../support/sandbox.ts';

/** A container, as far as process numbers go: inside, git is number 1 or 2, which are others outside. */
const CONTAINER = ['unshare', '--pid', '--fork', '--mount-proc'];
/** Most systems let the superuser alone make one. */
const mayContain = spawnSync(CONTAINER[0]!, [...CONTAINER.slice(1), 'true']).status === 0;

let box: Sandbox;
let count = 0;

beforeAll(async () => {
  box = await installedSandbox();
});
afterAll(() => box.remove());

async function fresh(): Promise<DataRepository> {
  const repository = await emptyRepository(box, `repository-${count++}`);
  await repository.commit(FIRST, 'v1');
  await repository.commit(MAIN, 'v2');
  await repository.git(['checkout', '-q', 'v1']);
  return repository;
}

/** All that removes what dead processes have left. */
async function sweep(repository: DataRepository): Promise<void> {
  await Promise.all([
    repository.git(['hash-object', '-w', '--stdin', '--path=x.bin'], { input: 'x' }),
    repository.git(['lode', 'pull', '--quiet'], { exitCode: 'any' }),
  ]);
}

const temporaryFiles = (repository: DataRepository) =>
  leftIn(repository.dir).filter((name) => /\.lode-|\/unflushed\/|\.live$/.test(name));

describe.runIf(mayContain)('two containers that share a repository', () => {
  it.each([
    ['add', 'object-half-written', ['add', '.']],
    ['checkout', 'file-copied', ['checkout', '-q', 'main']],
  ] as const)('leave each other’s files alone while both live: %s', async (_, step, args) => {
    const repository = await fresh();
    repository.write('other.bin', 1);
    repository.write('new/large.bin', 4);
    const sweepBeside = async () => {
      const before = temporaryFiles(repository);
      expect(before.length).toBeGreaterThan(0);
      await sweep(repository);
      expect(temporaryFiles(repository)).toEqual(before);
    };
    await meanwhile(repository, args, step, sweepBeside, { through: CONTAINER });
    await repository.git(['add', '.']);
    await repository.git(['commit', '-qm', 'new']);
    await repository.git(['checkout', '-q', '--detach', 'v1']);
    await repository.git(['checkout', '-q', '-']);
    await repository.expectFiles({
      'other.bin': 1,
      'new/large.bin': 4,
      ...(args[0] === 'add' ? FIRST : MAIN),
    });
    expect(leftIn(repository.dir)).toEqual([]);
  });

  it('take what another has left for its own after a day, not before', async () => {
    const repository = await fresh();
    repository.write('new/large.bin', 4);
    await interrupted(repository, ['add', '.'], 'object-half-written', ALL_KILLED, { through: CONTAINER });
    fs.rmSync(repository.file('.git/index.lock'));
    const [left] = temporaryFiles(repository);
    const age = (hours: number) => {
      const then = Date.now() / 1000 - hours * 3600;
      fs.utimesSync(path.join(repository.dir, left!), then, then);
    };
    age(23);
    await sweep(repository);
    expect(temporaryFiles(repository)).toEqual([left]);
    age(25);
    await sweep(repository);
    expect(temporaryFiles(repository)).toEqual([]);
  });
});
