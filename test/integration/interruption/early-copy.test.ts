import fs from 'node:fs';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { DataRepository } from '../../support/data-repository.ts';
import { leftIn, meanwhile } from '../../support/interruption.ts';
import { type S3Double, startS3Double, testUser } from '../../support/s3-double.ts';
import { createSandbox, type Sandbox } from '../../support/sandbox.ts';

/*
 * A checkout that fetches large files. Where the file system shares no blocks between the store and the working tree, a thread writes each
 * to a second file as it comes, which is renamed over the pointer at the end.
 */
const MiB = 1024 * 1024;
const FILES = { 'large.bin': 40 * MiB, 'other.bin': 18 * MiB, 'middling.bin': 3 * MiB, 'small.bin': 3000 };
/** `twin.bin` is the same content as `large.bin`. */
const NAMES = [...Object.keys(FILES), 'twin.bin'];

let double: S3Double;
let box: Sandbox;
let b: DataRepository;

beforeEach(async () => {
  double = await startS3Double();
  box = createSandbox();
  await box.git(['init', '-q', '--bare', 'bare.git']);
  await box.git(['init', '-q', 'a']);
  await git('a', ['remote', 'add', 'origin', '../bare.git']);
  await git('.', ['lode', 'install', '--global', '-q']);
  await git('a', ['lode', 'install', '-q', 's3://bucket/data']);
  await git('a', ['lode', 'track', '-q', '*.bin']);
  for (const [name, size] of Object.entries(FILES)) box.writeRandom(`a/${name}`, size);
  fs.copyFileSync(box.path('a/large.bin'), box.path('a/twin.bin'));
  await git('a', ['add', '.']);
  await git('a', ['commit', '-q', '-m', 'all']);
  await git('a', ['push', '-q', 'origin', 'main']);
  await git('.', ['clone', '-q', '--no-checkout', 'bare.git', 'b']);
  b = new DataRepository(box, box.path('b'));
});

afterEach(() => double.close());

function aws(): Record<string, string> {
  return {
    AWS_ACCESS_KEY_ID: testUser.accessKey,
    AWS_SECRET_ACCESS_KEY: testUser.secret,
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_ENDPOINT_URL_S3: double.endpoint,
  };
}

function git(cwd: string, args: readonly string[], fault?: string) {
  const env = { ...aws(), GIT_LODE_FAULT_AT: fault };
  return box.git(args, { cwd, env, exitCode: fault === undefined ? 0 : 'any' });
}

const CHECKOUT = ['checkout', '-q', 'main'];

/** False where each file has to have its own bytes. */
function sharesBlocks(): boolean {
  try {
    fs.copyFileSync(box.path('a/small.bin'), box.path('a/clone'), fs.constants.COPYFILE_FICLONE_FORCE);
    return true;
  } catch {
    return false;
  } finally {
    fs.rmSync(box.path('a/clone'), { force: true });
  }
}

const temporaries = () => leftIn(box.path('b/.git')).filter((name) => /^lode\/\.lode-/.test(name));

async function expectWhole(names = NAMES): Promise<void> {
  for (const name of names) expect(box.sha256(`b/${name}`)).toBe(box.sha256(`a/${name}`));
  expect(leftIn(box.path('b'))).toEqual([]);
}

it('large files are whole, one of them at two paths, with nothing beside them and a clean status', async () => {
  await git('b', CHECKOUT);
  await expectWhole();
  expect((await b.status()).lines).toEqual([]);
  expect(NAMES.map((name) => fs.statSync(b.file(name)).mode & 0o777)).toEqual(
    NAMES.map((name) => fs.statSync(box.path('a', name)).mode & 0o777),
  );
});

it.each(['SIGKILL', 'SIGINT', 'SIGTERM'])(
  'a checkout that gets %s while a large object comes is finished by git lode pull',
  async (signal) => {
    await git('b', CHECKOUT, `object-half-written ${signal} 12`);
    // Who is asked to end takes the file along.
    expect(temporaries()).toHaveLength(signal !== 'SIGKILL' || sharesBlocks() ? 0 : 1);
    await git('b', ['lode', 'pull', '-q']);
    await expectWhole();
    expect((await b.status()).lines).toEqual([]);
  },
);

it('a checkout that is killed when a large object has its name is finished by git lode pull', async () => {
  await git('b', CHECKOUT, 'object-in-place SIGKILL');
  await git('b', ['lode', 'pull', '-q']);
  await expectWhole();
  expect((await b.status()).lines).toEqual([]);
});

it('a file that is edited while its object comes is left as it is', async () => {
  const edit = () => void fs.writeFileSync(b.file('large.bin'), 'edited');
  await meanwhile(b, CHECKOUT, 'object-half-written', edit, { env: aws() });
  expect(fs.readFileSync(b.file('large.bin'), 'utf8')).toBe('edited');
  await expectWhole(NAMES.filter((name) => name !== 'large.bin'));
  expect((await b.status()).lines).toEqual([' M large.bin']);
});

it('a large object that the bucket gives back damaged leaves a pointer, and nothing beside it', async () => {
  const objects = double.buckets.get('bucket')!;
  const packs = [...objects].filter(([key, { bytes }]) => key.includes('/packs/') && bytes.length > 4 * MiB);
  const damage = () => {
    for (const [, { bytes }] of packs) bytes[bytes.length >> 1]! ^= 1;
  };
  damage();
  await git('b', CHECKOUT);
  expect(fs.statSync(b.file('large.bin')).size).toBeLessThan(1000);
  expect(temporaries()).toEqual([]);
  damage();
  await git('b', ['lode', 'pull', '-q']);
  await expectWhole();
});
