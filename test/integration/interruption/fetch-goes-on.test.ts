import fs from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DataRepository } from '../../support/data-repository.ts';
import { meanwhile } from '../../support/interruption.ts';
import { type S3Double, startS3Double, testUser } from '../../support/s3-double.ts';
import { createSandbox, type Sandbox } from '../../support/sandbox.ts';

const MiB = 1024 * 1024;
const SIZE = 48 * MiB;

let box: Sandbox;
let double: S3Double;
/** Bytes of packs that were asked for, and how many of them the bucket gives: it falls silent behind them. */
let asked = 0;
let given = Number.POSITIVE_INFINITY;

beforeEach(async () => {
  box = createSandbox();
  double = await startS3Double();
});
afterEach(() => double.close());

function git(
  cwd: string,
  args: readonly string[],
  options: { env?: NodeJS.ProcessEnv; exitCode?: 'any' } = {},
) {
  return box.git(args, { ...options, cwd, env: { ...aws(), ...options.env } });
}

function aws(): Record<string, string> {
  return {
    AWS_ACCESS_KEY_ID: testUser.accessKey,
    AWS_SECRET_ACCESS_KEY: testUser.secret,
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_ENDPOINT_URL_S3: double.endpoint,
  };
}

/** A clone of a project with one file of 48 MiB, without its content. */
async function cloneWithout(remote: string): Promise<void> {
  await box.git(['init', '-q', '--bare', 'bare.git']);
  await box.git(['init', '-q', 'a']);
  await git('a', ['remote', 'add', 'origin', '../bare.git']);
  await git('.', ['lode', 'install', '--global', '--quiet']);
  await git('a', ['lode', 'install', '-q', remote]);
  await git('a', ['lode', 'track', '-q', '*.bin']);
  box.writeRandom('a/large.bin', SIZE);
  await git('a', ['add', '.']);
  await git('a', ['commit', '-q', '-m', 'all']);
  await git('a', ['push', '-q', 'origin', 'main']);
  await git('.', ['clone', '-q', '--no-checkout', '-c', `lode.remote=${remote}`, 'bare.git', 'b']);
  double.fault = ({ operation, key, headers }) => {
    const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(headers.range ?? '') ?? [];
    if (operation === 'GetObject' && key.includes('/packs/')) asked += Number(last) + 1 - Number(first);
    return asked > given ? { hang: true } : undefined;
  };
  asked = 0;
}

/** Fetches, and gives what the program says that it has received. */
async function fetch(): Promise<number> {
  const { stdout } = await git('b', ['lode', 'fetch', '--json']);
  expect(JSON.parse(stdout)).toMatchObject({ objects: 1, bytes: SIZE, missing: [] });
  return JSON.parse(stdout).downloadedBytes;
}

/** Of a folder each chunk is written by itself, of a bucket the thread that stores writes a MiB at once: either is some 25 MiB. */
const FOLDER_WRITES = 200;
const BUCKET_WRITES = 24;

/** Fetches until so much is written, and gets the signal while the rest is on its way. */
async function fetchUntil(writes: number, signal = 'SIGKILL'): Promise<void> {
  const env = { GIT_LODE_FAULT_AT: `object-half-written ${signal} ${writes}` };
  given = 40 * MiB;
  await git('b', ['lode', 'fetch', '-q'], { env, exitCode: 'any' });
  given = Number.POSITIVE_INFINITY;
}

function partial(): { file: string; size: number } {
  const folder = box.path('b/.git/lode/partial');
  const [name, ...others] = fs.readdirSync(folder);
  expect(others).toEqual([]);
  const file = path.join(folder, name!);
  return { file, size: fs.statSync(file).size };
}

async function expectWhole(): Promise<void> {
  await git('b', ['checkout', '-q', 'main']);
  expect(box.sha256('b/large.bin')).toBe(box.sha256('a/large.bin'));
  expect(fs.readdirSync(box.path('b/.git/lode/partial'))).toEqual([]);
}

/** What is asked for beside the content that lacks: tables, recipes, a chunk that was cut in its middle. */
const BESIDE = MiB;

describe.each([
  ['from a bucket', () => 's3://bucket/data', BUCKET_WRITES],
  ['from a folder', () => box.path('data'), FOLDER_WRITES],
])('a fetch of a large object, %s,', (_, remote, writes) => {
  it.each([
    ['killed', 'SIGKILL'],
    ['interrupted by Ctrl-C', 'SIGINT'],
  ])('that was %s brings only the rest the next time', async (_, signal) => {
    await cloneWithout(remote());
    await fetchUntil(writes, signal);
    const { size } = partial();
    expect(size).toBeGreaterThan(16 * MiB);
    asked = 0;
    const downloaded = await fetch();
    expect(downloaded).toBeLessThan(SIZE - size + BESIDE);
    expect(asked).toBeLessThan(SIZE - size + BESIDE);
    await expectWhole();
  });

  it('that was killed, and of which the disk has lost some, brings the rest and what was lost', async () => {
    await cloneWithout(remote());
    await fetchUntil(writes);
    const { file, size } = partial();
    const fd = fs.openSync(file, 'r+');
    fs.writeSync(fd, Buffer.alloc(5 * MiB), 0, 5 * MiB, 3 * MiB);
    fs.closeSync(fd);
    const downloaded = await fetch();
    expect(downloaded).toBeGreaterThan(SIZE - size + 5 * MiB);
    // At either end of what was lost a chunk is torn.
    expect(downloaded).toBeLessThan(SIZE - size + 5 * MiB + 2 * MiB + BESIDE);
    await expectWhole();
  });
});

it('that another fetch goes on with is fetched as a whole by a second one beside it', async () => {
  await cloneWithout('s3://bucket/data');
  await fetchUntil(BUCKET_WRITES);
  const repository = new DataRepository(box, box.path('b'));
  let beside = 0;
  const fetches = ['lode', 'fetch', '--json'];
  const action = async () => {
    beside = await fetch();
  };
  const first = await meanwhile(repository, fetches, 'object-half-written', action, { env: aws() });
  expect(beside).toBeGreaterThan(SIZE);
  expect(JSON.parse(first.stdout).downloadedBytes).toBeLessThan(SIZE - 16 * MiB);
  await expectWhole();
});
