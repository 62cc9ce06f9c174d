import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MANY_SMALL_FILES } from '../../../src/filter/small-files.ts';
import { formatPointer } from '../../../src/pointer.ts';
import { openStore } from '../../../src/store/open.ts';
import {
  DataRepository,
  downloadedIn,
  emptyRepository,
  installedSandbox,
} from '../../support/data-repository.ts';
import { ALL_KILLED, CTRL_C, interrupted, leftIn, PROGRAM_ENDED } from '../../support/interruption.ts';
import type { Sandbox } from '../../support/sandbox.ts';
import { expectNothingLeft } from './outcome.ts';

// Before the committed configuration in git's order: it is not in the working tree when the first is asked for.
const EARLY = Array.from({ length: MANY_SMALL_FILES }, (_, i) => `.a/f${i}.bin`);
const LATE = Array.from({ length: 100 }, (_, i) => `z/g${i}.bin`);
const SMALL = [...EARLY, ...LATE];
const FILES = Object.fromEntries([...SMALL, 'large.bin'].map((name) => [name, 1]));
const pointers = (names: readonly string[]) =>
  Object.fromEntries(names.map((name) => [name, 'a pointer' as const]));

let box: Sandbox;
let origin: string;
let data: string;
let count = 0;

beforeAll(async () => {
  box = await installedSandbox();
  origin = path.join(box.root, 'origin.git');
  data = path.join(box.root, 'data');
  fs.mkdirSync(data);
  const repository = await emptyRepository(box, 'first');
  await box.lode(['install', '--quiet', data], { cwd: repository.dir });
  await repository.commit(FILES, 'v1');
  await box.git(['init', '-q', '--bare', origin]);
  await repository.git(['push', '-q', origin, 'main']);
});
afterAll(() => box.remove());

const fresh = () => new DataRepository(box, path.join(box.root, `clone-${count++}`));
const stored = (repository: DataRepository) => [...openStore(repository.file('.git/lode')).list()].length;

async function cloned(args: readonly string[] = [], env: Record<string, string> = {}) {
  const clone = fresh();
  const { stderr } = await box.git(['clone', ...args, `file://${origin}`, clone.dir], { env });
  return { clone, stderr };
}

/** A clone of which nothing is checked out yet. */
async function unchecked(args: readonly string[] = []): Promise<DataRepository> {
  return (await cloned(['--no-checkout', ...args])).clone;
}

describe.concurrent('the first checkout of very many small files', () => {
  it('brings them beforehand, defers none of them, and says of each object once that it has come', async () => {
    const { clone, stderr } = await cloned();
    await clone.expectFiles(FILES);
    expect(downloadedIn(stderr)).toBe(SMALL.length + 1);
    expect(await clone.status()).toEqual({ lines: [], cleaned: false });
    expectNothingLeft(clone.file('.git'));
  });

  it('is over with their contents even where the program is killed as soon as it defers a file', async () => {
    const clone = await unchecked();
    await clone.git(['checkout', '-q', 'main'], {
      env: { GIT_LODE_FAULT_AT: 'file-journalled' },
      exitCode: 128,
    });
    const before = SMALL.filter((name) => name < 'large.bin');
    await clone.expectFiles(Object.fromEntries(before.map((name) => [name, 1])));
  });

  it('is that of a linked worktree, and of a partial clone, too', async () => {
    const bare = path.join(box.root, 'bare.git');
    await box.git(['clone', '-q', '--bare', origin, bare]);
    const linked = fresh();
    await box.git(['worktree', 'add', '-q', linked.dir, 'main'], { cwd: bare });
    await linked.expectFiles(FILES);
    const { clone } = await cloned(['--filter=blob:none']);
    await clone.expectFiles(FILES);
  });

  it('brings nothing that a sparse working tree does not get', async () => {
    const { clone } = await cloned(['--sparse']);
    await clone.git(['sparse-checkout', 'set', 'z']);
    await clone.expectFiles(Object.fromEntries(LATE.map((name) => [name, 1])));
    expect(stored(clone)).toBe(LATE.length + 1);
  });

  it('brings nothing but what is asked for where only some paths are checked out', async () => {
    const clone = await unchecked(['-c', `lode.remote=${data}`]);
    await clone.git(['checkout', '-q', 'HEAD', '--', '.gitattributes', 'z']);
    await clone.expectFiles(Object.fromEntries(LATE.map((name) => [name, 1])));
    expect(stored(clone)).toBe(LATE.length);
  });

  it('leaves pointers and says so once where the remote cannot be read, with hooks or without', async () => {
    const hooks = path.join(box.root, 'hooks');
    const file = path.join(box.root, 'first/.git/hooks/post-checkout');
    // From git 2.54 on the hooks are in git's own configuration, and in every clone.
    const isFile = fs.existsSync(file);
    if (isFile) fs.cpSync(file, path.join(hooks, 'post-checkout'), { recursive: true });
    const gone = path.join(box.root, 'gone');
    for (const hook of [[], ...(isFile ? [['-c', `core.hooksPath=${hooks}`]] : [])]) {
      const { clone, stderr } = await cloned(['-c', `lode.remote=${gone}`, ...hook]);
      expect(clone.look(Object.keys(FILES))).toEqual(pointers(Object.keys(FILES)));
      expect(stderr.match(/git-lode: warning/g)).toHaveLength(2);
      expect(stderr.match(/files are still pointers, because the remote could not be reached/g)).toHaveLength(
        1,
      );
      expect((await clone.status()).lines).toEqual([]);
      expectNothingLeft(clone.file('.git'));
      await clone.git(['config', '--unset', 'lode.remote']);
      await clone.git(['lode', 'pull', '--quiet']);
      await clone.expectFiles(FILES);
      expect(await clone.status()).toEqual({ lines: [], cleaned: false });
    }
  });

  it('asks nothing of a remote that the committed configuration names and nobody has accepted', async () => {
    const { clone, stderr } = await cloned([], { XDG_CONFIG_HOME: path.join(box.root, 'strange') });
    expect(clone.look(Object.keys(FILES))).toEqual(pointers(Object.keys(FILES)));
    expect(stderr.match(/not accepted yet/g)).toHaveLength(1);
    expect(stored(clone)).toBe(0);
  });

  it('leaves a pointer, and names it, where the remote does not have its object', async () => {
    const clone = fresh();
    await box.git(['clone', '-q', `file://${origin}`, clone.dir]);
    const pointer = formatPointer({ oid: '3'.repeat(64), size: 33 });
    const { stdout } = await clone.git(['hash-object', '-w', '--stdin'], { input: pointer });
    await clone.git(['update-index', '--add', '--cacheinfo', `100644,${stdout.trim()},lost.bin`]);
    await clone.git(['commit', '-q', '-m', 'lost']);
    const again = fresh();
    const { stderr } = await box.git(['clone', clone.dir, again.dir]);
    await again.expectFiles({ ...FILES });
    expect(again.look(['lost.bin'])).toEqual({ 'lost.bin': 'a pointer' });
    expect(stderr.match(/1 file is still a pointer.*lost\.bin/g)).toHaveLength(1);
    expect(downloadedIn(stderr)).toBe(SMALL.length + 1);
  });
});

describe.concurrent('a first checkout that is interrupted while it brings small files', () => {
  it.each([
    ['remote-listed', CTRL_C],
    ['object-written', PROGRAM_ENDED],
    ['bundle-appended', CTRL_C],
    ['bundle-appended', ALL_KILLED],
  ] as const)('at %s: %s, ends, and is done the next time', async (step, way) => {
    const clone = await unchecked();
    const { exitCode } = await interrupted(clone, ['checkout', '-q', 'main'], step, way);
    expect(exitCode).not.toBe(0);
    fs.rmSync(clone.file('.git/index.lock'), { force: true });
    await clone.git(['checkout', '-q', '-f', 'main']);
    await clone.expectFiles(FILES);
    expect((await clone.status()).lines).toEqual([]);
    expect(leftIn(clone.dir)).toEqual([]);
  });
});
