import { afterEach, beforeEach, expect, test } from 'vitest';
import { Random } from '../../../scripts/bench-store/random.ts';
import { type S3Double, type S3Fault, startS3Double, testUser } from '../../support/s3-double.ts';
import { createSandbox, type Sandbox } from '../../support/sandbox.ts';

/*
 * A bucket that fails now and then, and one that goes away in the middle: a push and a clone come to their end by themselves, with the
 * right bytes.
 */
let double: S3Double;
let box: Sandbox;
const FILES = 40;

beforeEach(async () => {
  double = await startS3Double();
  box = createSandbox();
  await box.git(['init', '-q', '--bare', 'bare.git']);
  await box.git(['init', '-q', 'a']);
  await git('a', 'remote', 'add', 'origin', '../bare.git');
  await git('.', 'lode', 'install', '--global');
  await git('a', 'lode', 'install', '-q', 's3://bucket/data');
  await git('a', 'lode', 'track', '-q', '*.bin');
  for (let i = 0; i < FILES; i++) box.writeRandom(`a/${i}.bin`, i % 10 === 0 ? 5_000_000 : 30_000 + i);
  await git('a', 'add', '.');
  await git('a', 'commit', '-q', '-m', 'all');
});

afterEach(() => double.close());

function git(cwd: string, ...args: string[]) {
  const env = {
    AWS_ACCESS_KEY_ID: testUser.accessKey,
    AWS_SECRET_ACCESS_KEY: testUser.secret,
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_ENDPOINT_URL_S3: double.endpoint,
  };
  return box.git(args, { cwd, env });
}

async function pushAndClone(): Promise<void> {
  await git('a', 'push', '-q', 'origin', 'main');
  await git('.', 'clone', '-q', 'bare.git', 'b');
  for (let i = 0; i < FILES; i++) expect(box.sha256(`b/${i}.bin`)).toBe(box.sha256(`a/${i}.bin`));
  expect((await git('b', 'status', '--porcelain')).stdout).toBe('');
}

test('a store of which one request in ten fails, in each of its ways', async () => {
  const random = new Random(5);
  const faults: readonly S3Fault[] = [
    { status: 500, code: 'InternalError' },
    { status: 500, code: 'InternalError', when: 'after' },
    { status: 503, code: 'ServiceUnavailable' },
    { reset: true },
    { cutUpload: 100_000 },
    { cutBody: 50_000 },
  ];
  let failed = 0;
  double.fault = () => {
    if (random.below(10) > 0) return undefined;
    failed += 1;
    return random.pick(faults);
  };
  await pushAndClone();
  expect(failed).toBeGreaterThan(1);
});

test('a store that goes away for three seconds, in the middle of the push and of the clone', async () => {
  let gone = 0;
  let since: number | undefined;
  double.fault = ({ operation, key }) => {
    // Once for each: when packs are on their way.
    if (since === undefined && key.includes('/packs/') && gone < (operation === 'PutObject' ? 1 : 2)) {
      gone += 1;
      since = Date.now();
    }
    if (since === undefined) return undefined;
    if (Date.now() - since < 3000) return { reset: true };
    since = undefined;
    return undefined;
  };
  await pushAndClone();
  expect(gone).toBe(2);
});
