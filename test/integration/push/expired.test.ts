import { afterEach, expect, test } from 'vitest';
import { type S3Double, startS3Double, testUser } from '../../support/s3-double.ts';
import { createSandbox } from '../../support/sandbox.ts';

let double: S3Double | undefined;
afterEach(() => double?.close());

test('a session that ends in the middle of a push: it stops, says how to sign in again, and goes on where it stopped', async () => {
  double = await startS3Double();
  const { endpoint } = double;
  const box = createSandbox();
  const env = {
    AWS_ACCESS_KEY_ID: testUser.accessKey,
    AWS_SECRET_ACCESS_KEY: testUser.secret,
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_ENDPOINT_URL_S3: endpoint,
  };
  const git = (cwd: string, ...args: string[]) => box.git(args, { cwd, env });
  await box.git(['init', '-q', '--bare', 'bare.git']);
  await box.git(['init', '-q', 'a']);
  await git('a', 'remote', 'add', 'origin', '../bare.git');
  await git('.', 'lode', 'install', '--global');
  await git('a', 'lode', 'install', '-q', 's3://bucket/data');
  await git('a', 'lode', 'track', '-q', '*.bin');
  for (let i = 0; i < 5; i++) box.writeRandom(`a/${i}.bin`, 16_000_000);
  await git('a', 'add', '.');
  await git('a', 'commit', '-q', '-m', 'all');

  const packs = () => [...double!.buckets.get('bucket')!.keys()].filter((key) => key.includes('/packs/'));
  double.fault = ({ operation, key }) =>
    operation === 'PutObject' && key.includes('/packs/') && packs().length >= 2
      ? { status: 400, code: 'ExpiredToken' }
      : undefined;
  const failed = await box.git(['push', 'origin', 'main'], { cwd: 'a', env, exitCode: 1 });
  expect(failed.stderr).toContain('aws sso login');
  expect(failed.stderr).not.toContain(testUser.secret);
  expect((await git('bare.git', 'for-each-ref')).stdout).toBe('');
  const before = packs();
  expect(before.length).toBeGreaterThanOrEqual(2);

  let sent = 0;
  double.fault = ({ operation, key, headers }) => {
    if (operation === 'PutObject' && key.includes('/packs/')) sent += Number(headers['content-length']);
    return undefined;
  };
  await git('a', 'push', '-q', 'origin', 'main');
  // Two of five packs were there.
  expect(sent).toBeLessThan(80_000_000 - 2 * 15_000_000);
  expect(packs()).toEqual(expect.arrayContaining(before));
  await git('.', 'clone', '-q', 'bare.git', 'b');
  for (let i = 0; i < 5; i++) expect(box.sha256(`b/${i}.bin`)).toBe(box.sha256(`a/${i}.bin`));
});
