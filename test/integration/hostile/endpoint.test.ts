// What a repository's author names as the place of the data, and this machine's user has not agreed to.
import fs from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DataRepository, emptyRepository, installedSandbox } from '../../support/data-repository.ts';
import { type S3Double, startS3Double, testUser } from '../../support/s3-double.ts';
import type { Sandbox } from '../../support/sandbox.ts';

let box: Sandbox;
let double: S3Double;
let aws: Readonly<Record<string, string>>;

beforeEach(async () => {
  double = await startS3Double();
  box = await installedSandbox();
  aws = {
    AWS_ACCESS_KEY_ID: testUser.accessKey,
    AWS_SECRET_ACCESS_KEY: testUser.secret,
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_CONFIG_FILE: path.join(box.root, 'aws-config'),
    AWS_SHARED_CREDENTIALS_FILE: path.join(box.root, 'aws-credentials'),
  };
  fs.writeFileSync(aws.AWS_CONFIG_FILE!, '[profile admin]\nregion = us-east-1\n');
  fs.writeFileSync(
    aws.AWS_SHARED_CREDENTIALS_FILE!,
    `[admin]\naws_access_key_id = ${testUser.accessKey}\naws_secret_access_key = ${testUser.secret}\n`,
  );
});
afterEach(async () => {
  await box.remove();
  await double.close();
});

/** The author's repository: it commits this as the place of the data, which the author's own configuration names too. */
async function published(committed: Readonly<Record<string, string>>): Promise<string> {
  const author = await emptyRepository(box, 'author');
  const bare = path.join(box.root, 'bare.git');
  await box.git(['init', '-q', '--bare', bare]);
  const own = { ...committed, remote: 's3://bucket/data', endpoint: double.endpoint };
  for (const [key, value] of Object.entries(own)) await author.git(['config', `lode.${key}`, value]);
  fs.writeFileSync(author.file('.git-lode.json'), JSON.stringify(committed));
  await author.commit({ 'small.bin': 1, 'large.bin': 1 }, 'v1');
  await author.git(['push', '-q', bare, 'HEAD:main'], { env: aws });
  expect(double.stats.requests).toBeGreaterThan(0);
  return bare;
}

/** Everything that a person may do in a clone before agreeing. */
const commands: readonly (readonly string[])[] = [
  ['checkout', '-q', '--', '.'],
  ['reset', '-q', '--hard'],
  ['pull', '-q'],
  ['lode', 'status'],
  ['lode', 'fetch'],
  ['lode', 'pull'],
  ['lode', 'push'],
  ['lode', 'du'],
  ['lode', 'cat', 'HEAD:small.bin'],
  ['lode', 'doctor'],
];

describe('a committed remote that this user has not accepted', () => {
  it.each<[string, () => Record<string, string>, Record<string, string>?]>([
    ['by its endpoint', () => ({ endpoint: double.endpoint })],
    // The endpoint is then this user's own: the AWS SDK reads it from the environment.
    ['by its profile', () => ({ profile: 'admin' }), { endpoint: 'AWS_ENDPOINT_URL_S3' }],
  ])(
    '%s gets no request, signed or not: the clone goes well and names the command to accept',
    async (_, more, own) => {
      const bare = await published({ remote: 's3://bucket/data', region: 'us-east-1', ...more() });
      const env = own === undefined ? aws : { ...aws, [own.endpoint!]: double.endpoint };
      const before = double.stats.requests;
      const clone = new DataRepository(box, path.join(box.root, 'clone'), env);
      const { stderr } = await box.git(['clone', '-q', '-b', 'main', bare, clone.dir], { env });
      expect(stderr).toContain('git lode install');
      expect(clone.look(['small.bin', 'large.bin'])).toEqual({
        'small.bin': 'a pointer',
        'large.bin': 'a pointer',
      });
      for (const command of commands) await clone.git(command, { exitCode: 'any' });
      expect((await clone.status()).lines).toEqual([]);
      // Data that has just been added is not sent there either, and git's own push is stopped before its refs move.
      await clone.commit({ 'mine.bin': 1 }, 'mine');
      const push = await clone.git(['push', '-q', 'origin', 'HEAD:main'], { exitCode: 'any' });
      expect(push.exitCode).not.toBe(0);
      expect(push.stderr).toContain('git lode install');
      expect(double.stats.requests).toBe(before);
      // It can be had: one agreement, and all is there.
      await clone.git(['lode', 'install']);
      await clone.expectFiles({ 'small.bin': 1, 'large.bin': 1 });
      expect(double.stats.requests).toBeGreaterThan(before);
    },
  );

  it('since a later commit names another, gets no request where the first was accepted', async () => {
    const bare = await published({ remote: 's3://bucket/data', endpoint: double.endpoint });
    const clone = new DataRepository(box, path.join(box.root, 'clone'), aws);
    await box.git(['clone', '-q', '-b', 'main', bare, clone.dir], { env: aws });
    await clone.git(['lode', 'install', '-q']);
    await clone.expectFiles({ 'small.bin': 1 });
    const other = await startS3Double();
    try {
      const author = new DataRepository(box, path.join(box.root, 'author'), aws);
      const committed = { remote: 's3://bucket/data', endpoint: other.endpoint };
      fs.writeFileSync(author.file('.git-lode.json'), JSON.stringify(committed));
      await author.commit({ 'small.bin': 2 }, 'v2');
      await author.git(['push', '-q', bare, 'HEAD:main']);
      const { stderr } = await clone.git(['pull', '-q']);
      expect(stderr).toContain('git lode install');
      expect(clone.look(['small.bin', 'large.bin'])).toEqual({ 'small.bin': 'a pointer', 'large.bin': 1 });
      for (const command of commands) await clone.git(command, { exitCode: 'any' });
      expect(other.stats.requests).toBe(0);
    } finally {
      await other.close();
    }
  });

  it('since it is a folder, is neither read nor written', async () => {
    const bare = await published({ remote: path.join(box.root, 'private') });
    const folder = path.join(box.root, 'private');
    fs.mkdirSync(folder);
    const clone = new DataRepository(box, path.join(box.root, 'clone'), aws);
    const { stderr } = await box.git(['clone', '-q', '-b', 'main', bare, clone.dir], { env: aws });
    expect(stderr).toContain('git lode install');
    for (const command of commands) await clone.git(command, { exitCode: 'any' });
    await clone.commit({ 'mine.bin': 1 }, 'mine');
    expect((await clone.git(['push', '-q', 'origin', 'HEAD:main'], { exitCode: 'any' })).exitCode).not.toBe(
      0,
    );
    expect(fs.readdirSync(folder)).toEqual([]);
  });
});
