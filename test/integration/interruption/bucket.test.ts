import { afterEach, beforeEach, expect, it } from 'vitest';
import { type S3Double, startS3Double, testUser } from '../../support/s3-double.ts';
import { createSandbox, type Sandbox } from '../../support/sandbox.ts';

/*
 * A clone from a bucket of so much that a thread stores it, which ends in the middle: what the thread, or the process that fills the
 * working tree meanwhile, leaves is finished by `git lode pull`.
 */
let double: S3Double;
let box: Sandbox;
/** In memory as a whole or not, and written into the pointer's file or not, on a file system with reflinks too. */
const SIZES = [2_000_000, ...Array.from({ length: 60 }, (_, i) => (i % 6 === 0 ? 100_000 : 400_000) + i)];

beforeEach(async () => {
  double = await startS3Double();
  box = createSandbox();
  await box.git(['init', '-q', '--bare', 'bare.git']);
  await box.git(['init', '-q', 'a']);
  await git('a', ['remote', 'add', 'origin', '../bare.git']);
  await git('.', ['lode', 'install', '--global']);
  await git('a', ['lode', 'install', '-q', 's3://bucket/data']);
  await git('a', ['lode', 'track', '-q', '*.bin']);
  for (const [i, size] of SIZES.entries()) box.writeRandom(`a/${i}.bin`, size);
  await git('a', ['add', '.']);
  await git('a', ['commit', '-q', '-m', 'all']);
  await git('a', ['push', '-q', 'origin', 'main']);
});

afterEach(() => double.close());

function git(cwd: string, args: readonly string[], fault?: string) {
  const env = {
    AWS_ACCESS_KEY_ID: testUser.accessKey,
    AWS_SECRET_ACCESS_KEY: testUser.secret,
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_ENDPOINT_URL_S3: double.endpoint,
    GIT_LODE_FAULT_AT: fault,
  };
  return box.git(args, { cwd, env, exitCode: fault === undefined ? 0 : 'any' });
}

const pointers = () => SIZES.filter((size, i) => box.read(`b/${i}.bin`).length !== size).length;

// A signal that asks is heard in the next turn of the event loop: all files may be in place by then.
it.each([
  { fault: 'object-written SIGKILL', least: 1 },
  { fault: 'object-in-place SIGKILL', least: 1 },
  { fault: 'object-in-place SIGTERM', least: 0 },
  { fault: 'tail-written SIGKILL', least: 1 },
  { fault: 'file-replaced SIGKILL', least: 1 },
  { fault: 'file-replaced SIGTERM', least: 0 },
])('a clone from a bucket that ends at its first $fault', async ({ fault, least }) => {
  await git('.', ['clone', '-q', 'bare.git', 'b'], fault);
  expect(pointers()).toBeGreaterThanOrEqual(least);
  await git('b', ['lode', 'pull']);
  for (const i of SIZES.keys()) expect(box.sha256(`b/${i}.bin`)).toBe(box.sha256(`a/${i}.bin`));
  expect((await git('b', ['status', '--porcelain'])).stdout).toBe('');
});
