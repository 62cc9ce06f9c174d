import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  contentOf,
  type DataRepository,
  emptyRepository,
  installedSandbox,
} from '../../support/data-repository.ts';
import { FIRST, MAIN } from '../../support/history.ts';
import { leftIn } from '../../support/interruption.ts';
import { obedient } from '../../support/permissions.ts';
import { program } from '../../support/program.ts';
import type { RunOptions, Sandbox } from '../../support/sandbox.ts';

let box: Sandbox;
let template: DataRepository;
let count = 0;

beforeAll(async () => {
  box = await installedSandbox();
  template = await emptyRepository(box, 'template');
  await template.commit(FIRST, 'v1');
  await template.commit(MAIN, 'v2');
});
afterAll(async () => {
  await box.run('chmod', ['-R', 'u+w', box.root]);
  await box.remove();
});

const fresh = () => template.copy(path.join(box.root, `copy-${count++}`));

/** Runs a command for which permission bits hold. */
function run(repository: DataRepository, command: readonly string[], options: RunOptions = {}) {
  const [first, ...rest] = [...obedient!, ...command];
  return box.run(first!, rest, { cwd: repository.dir, ...options });
}

const lode = (repository: DataRepository, args: readonly string[], options: RunOptions = {}) =>
  run(repository, [process.execPath, program, ...args], options);

const chmod = (mode: string, folder: string) => box.run('chmod', ['-R', mode, folder]);

// The superuser, without util-linux's setpriv, may write anywhere.
describe.runIf(obedient !== undefined)('a git directory that may not be written', () => {
  async function readOnly() {
    const repository = await fresh();
    await chmod('a-w', repository.file('.git'));
    return repository;
  }

  it('lets git status see that files are unchanged whose time alone is new', async () => {
    const repository = await readOnly();
    const now = new Date();
    for (const name of Object.keys(MAIN)) fs.utimesSync(repository.file(name), now, now);
    expect((await run(repository, ['git', 'status', '--porcelain'])).stdout).toBe('');
  });

  it('lets git read any version, and the program tell of it', async () => {
    const repository = await readOnly();
    const { bytes } = await run(repository, ['git', 'cat-file', '--filters', 'v1:large.bin']);
    expect(bytes.equals(contentOf('large.bin', 1))).toBe(true);
    expect((await lode(repository, ['status'])).stdout).toContain('Every file has its content.');
    expect((await lode(repository, ['pull'])).stderr).toContain('every file has its content');
  });

  it('fails an add and a checkout in words, and loses no byte of what is there', async () => {
    const repository = await readOnly();
    repository.write('large.bin', 7);
    const add = await run(repository, ['git', 'add', '.'], { exitCode: 128 });
    expect(add.stderr).toContain('Permission denied');
    const status = await run(repository, ['git', 'status', '--porcelain'], { exitCode: 'any' });
    expect(status.stderr).not.toContain('this should not have happened');
    await run(repository, ['git', 'checkout', '-q', 'v1'], { exitCode: 128 });
    await repository.expectFiles({ ...MAIN, 'large.bin': 7 });
    await chmod('u+w', repository.file('.git'));
    await repository.git(['add', '.']);
    await repository.git(['commit', '-qm', 'v7']);
    await repository.git(['checkout', '-q', 'v1']);
    await repository.git(['checkout', '-q', 'main']);
    await repository.expectFiles({ ...MAIN, 'large.bin': 7 });
    expect(leftIn(repository.dir)).toEqual([]);
  });

  it('leaves a pointer that cannot be finished, says why, and git lode pull finishes it later', async () => {
    const repository = await fresh();
    repository.remove('small.bin');
    await repository.git(['checkout', '-q', '--', 'small.bin'], {
      env: { GIT_LODE_FAULT_AT: 'drain-locked' },
    });
    await chmod('a-w', repository.file('.git'));
    const { stderr } = await lode(repository, ['pull'], { exitCode: 24 });
    expect(stderr).toContain('the local object store failed (EACCES)');
    expect(stderr).toContain('see that the folder can be written');
    expect(repository.look(['small.bin'])).toEqual({ 'small.bin': 'a pointer' });
    await chmod('u+w', repository.file('.git'));
    await lode(repository, ['pull', '--quiet']);
    await repository.expectFiles(MAIN);
    expect(leftIn(repository.dir)).toEqual([]);
  });
});

describe.runIf(obedient !== undefined)('a folder of the working tree that may not be written', () => {
  it('keeps its pointers, which is said, and the named command finishes later', async () => {
    const repository = await fresh();
    await repository.commit({ 'sub/large.bin': 1, 'sub/small.bin': 1 }, 'sub');
    for (const name of ['sub/large.bin', 'sub/small.bin']) repository.remove(name);
    await repository.git(['checkout', '-q', '--', 'sub'], { env: { GIT_LODE_FAULT_AT: 'drain-locked' } });
    await chmod('a-w', repository.file('sub'));
    const { stderr } = await lode(repository, ['pull'], { exitCode: 'any' });
    expect(stderr).toContain('because writing failed (EACCES): sub/large.bin');
    expect(stderr).toContain('to finish: git lode pull');
    expect((await repository.git(['status', '--porcelain'])).stdout).toBe('');
    await chmod('u+w', repository.file('sub'));
    await lode(repository, ['pull', '--quiet']);
    await repository.expectFiles({ ...MAIN, 'sub/large.bin': 1, 'sub/small.bin': 1 });
    expect((await repository.status()).lines).toEqual([]);
    expect(leftIn(repository.dir)).toEqual([]);
  });

  it('keeps its files at a checkout, as git itself has it, and a later one brings the others', async () => {
    const repository = await fresh();
    await repository.commit({ 'sub/large.bin': 1 }, 'one');
    await repository.commit({ 'sub/large.bin': 2 }, 'two');
    await chmod('a-w', repository.file('sub'));
    const { stderr } = await run(repository, ['git', 'checkout', '-q', 'one']);
    expect(stderr).toContain('unable to unlink');
    await repository.expectFiles({ ...MAIN, 'sub/large.bin': 2 });
    expect((await repository.git(['status', '--porcelain'])).stdout).toBe(' M sub/large.bin\n');
    await chmod('u+w', repository.file('sub'));
    await repository.git(['checkout', '-q', '-f', 'one']);
    await repository.expectFiles({ ...MAIN, 'sub/large.bin': 1 });
    expect(leftIn(repository.dir)).toEqual([]);
  });
});
