import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { storeLayout } from '../../../src/store/layout.ts';
import { Sandbox } from '../../support/sandbox.ts';

/*
 * Two versions of a large file and a small one, in one clone, on a folder as remote, and in another clone whose store is empty.
 */
const SIZE = 6_000_000;
let box: Sandbox;
let remote: string;
let first: Buffer;
let second: Buffer;

beforeAll(async () => {
  box = new Sandbox();
  remote = path.join(box.root, 'remote');
  await box.git(['init', '-q', '--bare', 'origin.git']);
  await box.git(['init', '-q', 'writer']);
  const cwd = 'writer';
  await box.git(['remote', 'add', 'origin', box.path('origin.git')], { cwd });
  await box.lode(['install', '-q', remote], { cwd });
  await box.lode(['track', '-q', '*.bin'], { cwd });
  box.writeRandom('writer/a.bin', SIZE);
  box.writeRandom('writer/sub/small.bin', 1000);
  box.write('writer/empty.bin', '');
  box.write('writer/text.txt', 'as git has it\n');
  first = box.read('writer/a.bin');
  await box.git(['add', '.'], { cwd });
  await box.git(['commit', '-qm', 'one'], { cwd });
  second = Buffer.concat([first.subarray(0, 3_000_000), Buffer.from('inserted'), first.subarray(3_000_000)]);
  box.write('writer/a.bin', second);
  await box.git(['commit', '-qam', 'two'], { cwd });
  await box.git(['push', '-q', 'origin', 'main'], { cwd });
});
afterAll(() => box.remove());

/** A clone that has accepted the remote, and the content of nothing. */
async function clone(name: string): Promise<string> {
  await box.git(['clone', '-q', 'origin.git', name]);
  return name;
}

/** What is in a clone's store. */
const objects = (name: string) => {
  const folder = storeLayout(box.path(name, '.git', 'lode')).objects;
  return fs.existsSync(folder) ? fs.readdirSync(folder, { recursive: true }).length : 0;
};

describe('git lode cat', () => {
  test.each([
    ['with the content here', 'writer'],
    ['with an empty store', 'reader'],
  ])('writes any version whole or in part, %s', async (_, cwd) => {
    if (cwd === 'reader') await clone(cwd);
    const cat = async (...args: string[]) => (await box.lode(['cat', ...args], { cwd })).bytes;
    const same = async (expected: Buffer, ...args: string[]) =>
      expect((await cat(...args)).equals(expected)).toBe(true);
    await same(second, 'HEAD:a.bin');
    await same(first, 'HEAD~1:a.bin');
    await same(second.subarray(0, 10), 'HEAD:a.bin', '--range', '0-9');
    await same(first.subarray(1_000_000, 3_000_001), 'HEAD~1:a.bin', '--range', '1000000-3000000');
    await same(second.subarray(2_999_990, 3_000_020), 'main:a.bin', '--range=2999990-3000019');
    await same(second.subarray(-100), 'HEAD:a.bin', '--range', '-100');
    await same(first.subarray(SIZE - 5), 'HEAD~1:a.bin', '--range', `${SIZE - 5}-`);
    expect(await cat('HEAD:sub/small.bin')).toHaveLength(1000);
    expect(await cat('HEAD:empty.bin')).toHaveLength(0);
    expect((await cat('HEAD:text.txt')).toString()).toBe('as git has it\n');
    expect((await cat('HEAD:text.txt', '--range', '3-5')).toString()).toBe('git');
    expect(objects(cwd) > 0).toBe(cwd === 'writer');
  });

  test('asks no remote for what is here', async () => {
    fs.renameSync(remote, `${remote}-away`);
    try {
      const { bytes } = await box.lode(['cat', 'HEAD~1:a.bin'], { cwd: 'writer' });
      expect(bytes.equals(first)).toBe(true);
    } finally {
      fs.renameSync(`${remote}-away`, remote);
    }
  });

  test('takes a path from the folder that it runs in, and names that way where it is meant', async () => {
    const cwd = path.join('writer', 'sub');
    expect((await box.lode(['cat', 'HEAD:./small.bin'], { cwd })).bytes).toHaveLength(1000);
    const { stderr } = await box.lode(['cat', 'HEAD:small.bin'], { cwd, exitCode: 2 });
    expect(stderr).toContain('no such file in HEAD\n  small.bin\n');
    expect(stderr).toContain('git lode cat HEAD:./small.bin');
  });

  test.each([
    [['cat', 'v9:a.bin'], 2, 'there is no such ref or commit\n  v9\n'],
    [['cat', 'HEAD:nothing.bin'], 2, 'there is no such file in HEAD\n  nothing.bin\n'],
    [['cat', 'HEAD:sub'], 2, 'that is a folder, not a file\n  HEAD:sub\n'],
    [['cat', 'HEAD'], 2, 'that is a commit, not a file\n  HEAD\n'],
    [['cat', 'nothing'], 2, 'git knows nothing of that name\n  nothing\n'],
    [['cat'], 2, 'cat takes one file'],
    [['cat', 'HEAD:a.bin', 'HEAD:text.txt'], 2, 'cat takes one file'],
    [['cat', 'HEAD:a.bin', '--range', '5-4'], 2, 'that is not a range of bytes\n  5-4\n'],
    [['cat', 'HEAD:text.txt', '--range', '14-'], 2, 'the content has 14 bytes'],
  ] as const)('%j ends with %d and says what is wrong', async (args, exitCode, message) => {
    const { stdout, stderr } = await box.lode(args, { cwd: 'writer', exitCode });
    expect(stderr).toContain(message);
    expect(stdout).toBe('');
  });

  test('says that it writes no JSON, in JSON', async () => {
    const { stdout } = await box.lode(['cat', 'HEAD:a.bin', '--json'], { cwd: 'writer', exitCode: 2 });
    expect(JSON.parse(stdout).error).toMatchObject({ code: 'USAGE' });
  });

  test('tells an object that is nowhere from a remote that is not there', async () => {
    const cwd = await clone('nowhere');
    const oid = 'a'.repeat(64);
    box.write('nowhere/lost.bin', `git-lode 1: git lode pull\noid ${oid}\nsize 100\n`);
    await box.git(['add', 'lost.bin'], { cwd });
    const lost = await box.lode(['cat', ':lost.bin'], { cwd, exitCode: 20 });
    expect(lost.stderr).toContain('neither here nor on the remote\n  :lost.bin\n');
    expect(lost.stdout).toBe('');
    await box.git(['config', 'lode.remote', path.join(box.root, 'another')], { cwd });
    const absent = await box.lode(['cat', 'HEAD:a.bin'], { cwd, exitCode: 12 });
    expect(absent.stderr).toContain('not mounted');
  });

  test('gives no byte of a chunk that is damaged, and says so', async () => {
    const cwd = await clone('damaged');
    const copy = path.join(box.root, 'damaged-remote');
    fs.cpSync(remote, copy, { recursive: true });
    await box.git(['config', 'lode.remote', copy], { cwd });
    const packs = path.join(copy, 'packs');
    for (const name of fs.readdirSync(packs, { recursive: true }) as string[]) {
      const file = path.join(packs, name);
      if (!fs.statSync(file).isFile()) continue;
      const bytes = fs.readFileSync(file);
      // Small objects come first: the second byte is one of the large one.
      for (const at of [100, 5000]) bytes[at]! ^= 1;
      fs.chmodSync(file, 0o644);
      fs.writeFileSync(file, bytes);
    }
    const { bytes, stderr } = await box.lode(['cat', 'HEAD~1:a.bin'], { cwd, exitCode: 'any' });
    expect(first.subarray(0, bytes.length).equals(bytes)).toBe(true);
    expect(bytes.length).toBeLessThan(SIZE);
    expect(stderr).toContain('not the content\n  HEAD~1:a.bin\n');
  });
});

describe('a reader of git lode cat', () => {
  test('may go when it has seen enough', async () => {
    const { child, done } = box.start('git', ['lode', 'cat', 'HEAD:a.bin'], { cwd: 'writer' });
    await once(child.stdout!, 'data');
    child.stdout!.destroy();
    const { exitCode, stderr } = await done;
    expect(stderr).toBe('');
    expect(exitCode).toBe(0);
  });

  test('may be slow', async () => {
    const cwd = await clone('slow');
    const { child, done } = box.start('git', ['lode', 'cat', 'HEAD:a.bin'], { cwd });
    child.stdout!.pause();
    setTimeout(() => child.stdout!.resume(), 1500);
    const { exitCode, bytes } = await done;
    expect(exitCode).toBe(0);
    expect(bytes.equals(second)).toBe(true);
  });

  test.skipIf(!fs.existsSync('/dev/full'))('may have no space left', async () => {
    const shell = 'git lode cat HEAD:a.bin > /dev/full';
    const { stderr } = await box.run('sh', ['-c', shell], { cwd: 'writer', exitCode: 23 });
    expect(stderr).toBe('git-lode: there is no space left for the output\n');
  });
});
