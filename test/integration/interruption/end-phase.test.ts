import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FaultPoint } from '../../../src/fault-point.ts';
import {
  contentOf,
  type DataRepository,
  emptyRepository,
  installedSandbox,
  oidOf,
} from '../../support/data-repository.ts';
import { MAIN, writeHistory } from '../../support/history.ts';
import { leftIn } from '../../support/interruption.ts';
import type { Sandbox } from '../../support/sandbox.ts';
import { CHECKOUT, stepsOf } from './steps.ts';

const STEPS = stepsOf(CHECKOUT);

let box: Sandbox;
let template: DataRepository;
let count = 0;

beforeAll(async () => {
  box = await installedSandbox();
  template = await emptyRepository(box, 'template');
  await writeHistory(template);
});
afterAll(() => box.remove());

const fresh = () => template.copy(path.join(box.root, `copy-${count++}`));

/** Runs git with a filter, and hooks, that are killed at the step. */
async function killedAt(
  repository: DataRepository,
  step: FaultPoint,
  args: readonly string[],
): Promise<void> {
  await repository.git(args, {
    env: { GIT_LODE_FAULT_AT: step },
    exitCode: step === 'file-journalled' ? 128 : 0,
  });
}

/** Nothing of the dead may be there any more: no journal, no lock, no temporary file. */
function expectNothingLeft(repository: DataRepository): void {
  expect(leftIn(repository.dir)).toEqual([]);
}

async function expectHealed(repository: DataRepository): Promise<void> {
  await repository.expectFiles(MAIN);
  // What git itself cleaned meanwhile may be as young as its index: it is looked at once more.
  expect((await repository.status()).lines).toEqual([]);
  expectNothingLeft(repository);
}

describe.concurrent('an end phase that is killed at the step', () => {
  it.each(STEPS)('%s is finished by the next git command', async (step) => {
    const repository = await fresh();
    await repository.git(['checkout', '-q', 'v1']);
    await killedAt(repository, step, ['checkout', '-q', 'main']);
    // git's own lock is no business of ours, and a git that was broken off leaves its work to be done again.
    if (step === 'file-journalled') await repository.git(['checkout', '-q', '-f', 'main']);
    expect((await repository.git(['status', '--porcelain'])).stdout).toBe('');
    await repository.git(['checkout', '-q', '--detach']);
    await expectHealed(repository);
  });

  it.each(STEPS)('%s is finished by git lode pull', async (step) => {
    const repository = await fresh();
    await repository.git(['checkout', '-q', 'v1']);
    await killedAt(repository, step, ['checkout', '-q', 'main']);
    if (step === 'file-journalled') await repository.git(['checkout', '-q', '-f', 'main']);
    await box.lode(['pull', '--quiet'], { cwd: repository.dir });
    await expectHealed(repository);
  });

  it.each(STEPS.slice(1))('%s with a split index is finished by git lode pull', async (step) => {
    const repository = await fresh();
    await repository.git(['update-index', '--split-index']);
    await repository.git(['checkout', '-q', 'v1']);
    await killedAt(repository, step, ['checkout', '-q', 'main']);
    await box.lode(['pull', '--quiet'], { cwd: repository.dir });
    await expectHealed(repository);
  });

  it.each(STEPS.slice(1))('%s loses no edit that a person makes before it is finished', async (step) => {
    const repository = await fresh();
    await repository.git(['checkout', '-q', 'v1']);
    await killedAt(repository, step, ['checkout', '-q', 'main']);
    repository.write('small.bin', 7);
    fs.appendFileSync(repository.file('large.bin'), 'more');
    const edited = fs.readFileSync(repository.file('large.bin'));
    await box.lode(['pull', '--quiet'], { cwd: repository.dir });
    expect(fs.readFileSync(repository.file('large.bin')).equals(edited)).toBe(true);
    await repository.expectFiles({ 'small.bin': 7, 'tiny.bin': 2 });
    expect((await repository.status()).lines).toEqual([' M large.bin', ' M small.bin']);
    expectNothingLeft(repository);
  });
});

describe.concurrent('an end phase that is asked to stop', () => {
  it.each([
    ['SIGINT', 'drain-locked'],
    ['SIGTERM', 'sizes-forgotten'],
    ['SIGHUP', 'file-replaced'],
    ['SIGTERM', 'tail-written'],
  ] as const)('by %s at %s ends between two files, and says what is left', async (signal, step) => {
    const repository = await fresh();
    await repository.git(['checkout', '-q', 'v1']);
    // Without our hooks: their process is one of a person's commands.
    const { stderr } = await repository.git(['-c', 'core.hooksPath=/dev/null', 'checkout', '-q', 'main'], {
      env: { GIT_LODE_FAULT_AT: `${step} ${signal}` },
    });
    expect(fs.existsSync(repository.file('.git/lode/drain.lock'))).toBe(false);
    const states = new Set(Object.values(repository.look(['large.bin', 'small.bin', 'tiny.bin'])));
    if (states.has('a pointer')) expect(stderr).toContain('because the command was interrupted');
    expect([...states].filter((state) => state !== 'a pointer' && state !== 2)).toEqual([]);
    expect((await repository.git(['status', '--porcelain'])).stdout).toBe('');
    await box.lode(['pull', '--quiet'], { cwd: repository.dir });
    await expectHealed(repository);
  });
});

describe.concurrent('a file that a killed end phase left torn', () => {
  it.each([
    ['small.bin', 'tail-written'],
    ['tiny.bin', 'head-written'],
  ] as const)('is committed as its pointer: %s, %s', async (name, step) => {
    const repository = await fresh();
    repository.remove(name);
    await killedAt(repository, step, ['checkout', '-q', '--', name]);
    const torn = fs.readFileSync(repository.file(name));
    expect(torn.equals(contentOf(name, 2))).toBe(false);
    expect(torn.length).toBeGreaterThan(100);
    repository.write('text.txt', 5);
    await repository.git(['commit', '-qam', 'all']);
    expect((await repository.pointersOf('HEAD'))[name]).toBe(oidOf(name, 2));
    await repository.expectFiles({ ...MAIN, 'text.txt': 5 });
    expect((await repository.status()).lines).toEqual([]);
    expectNothingLeft(repository);
  });

  it('is an edit, and kept, once a person has written to it', async () => {
    const repository = await fresh();
    repository.remove('small.bin');
    await killedAt(repository, 'tail-written', ['checkout', '-q', '--', 'small.bin']);
    fs.appendFileSync(repository.file('small.bin'), 'a line of mine');
    const edited = fs.readFileSync(repository.file('small.bin'));
    await box.lode(['pull', '--quiet'], { cwd: repository.dir });
    expect(fs.readFileSync(repository.file('small.bin')).equals(edited)).toBe(true);
    expect((await repository.status()).lines).toEqual([' M small.bin']);
  });
});

describe.concurrent("a lock on git's index that somebody keeps", () => {
  it('leaves pointers and a message, and the named command finishes later', async () => {
    const repository = await fresh();
    await repository.git(['checkout', '-q', 'v1']);
    await killedAt(repository, 'drain-locked', ['checkout', '-q', 'main']);
    const lock = repository.file('.git/index.lock');
    fs.writeFileSync(lock, '');
    const { stderr } = await box.lode(['pull'], { cwd: repository.dir, exitCode: 'any' });
    expect(stderr).toMatch(/3 files are still pointers, because another git command is at work here/);
    expect(stderr).toContain('git lode pull');
    expect(fs.existsSync(lock)).toBe(true);
    await box.lode(['pull'], {
      cwd: repository.dir,
      env: { GIT_LODE_FAULT_AT: 'journal-parked' },
      exitCode: -1,
    });
    fs.rmSync(lock);
    await box.lode(['pull', '--quiet'], { cwd: repository.dir });
    await expectHealed(repository);
  });
});
