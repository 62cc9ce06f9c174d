import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findPlace } from '../../../src/backend/s3-place.ts';
import type { S3Settings } from '../../../src/config/settings.ts';

const settings: S3Settings = { kind: 's3', url: 's3://bucket/team', bucket: 'bucket', prefix: 'team' };

const config = `
[default]
region = eu-central-1

[profile plain]
region = ap-south-1

[profile nas]
endpoint_url = http://nas.example:9000

[profile services]
region = eu-north-1
services = local

[services local]
s3 =
  endpoint_url = https://objects.example
`;
const credentials = `
[keys]
aws_access_key_id = x
aws_secret_access_key = y
`;

let folder: string;
let environment: Record<string, string | undefined>;
const before = { ...process.env };

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lode-place-'));
  await writeFile(join(folder, 'config'), config);
  await writeFile(join(folder, 'credentials'), credentials);
  process.env.AWS_CONFIG_FILE = join(folder, 'config');
  process.env.AWS_SHARED_CREDENTIALS_FILE = join(folder, 'credentials');
  environment = {};
});

afterEach(async () => {
  for (const name of ['AWS_CONFIG_FILE', 'AWS_SHARED_CREDENTIALS_FILE']) {
    if (before[name] === undefined) delete process.env[name];
    else process.env[name] = before[name];
  }
  await rm(folder, { recursive: true, force: true });
});

const find = (more: Partial<S3Settings> = {}) => findPlace({ ...settings, ...more }, environment);

describe('the region', () => {
  it('is the first that is said: configuration, AWS_REGION, AWS_DEFAULT_REGION, profile', async () => {
    expect((await find()).region).toBe('eu-central-1');
    environment.AWS_DEFAULT_REGION = 'us-west-2';
    expect((await find()).region).toBe('us-west-2');
    environment.AWS_REGION = 'us-east-2';
    expect((await find()).region).toBe('us-east-2');
    expect((await find({ region: 'sa-east-1' })).region).toBe('sa-east-1');
  });

  it('is us-east-1 where nothing says another', async () => {
    expect((await find({ profile: 'nas' })).region).toBe('us-east-1');
  });
});

describe('the endpoint', () => {
  it('is AWS’s own, virtual-hosted, where nothing says another', async () => {
    expect(await find()).toMatchObject({ endpoint: undefined, isAws: true, pathStyle: false });
  });

  it('of a profile counts, and makes paths of buckets', async () => {
    expect(await find({ profile: 'nas' })).toMatchObject({
      endpoint: 'http://nas.example:9000',
      isAws: false,
      pathStyle: true,
    });
    expect(await find({ profile: 'services' })).toMatchObject({ endpoint: 'https://objects.example' });
  });

  it('is the first that is said: configuration, the environment, profile', async () => {
    environment.AWS_PROFILE = 'nas';
    environment.AWS_ENDPOINT_URL = 'http://all.example';
    expect((await find()).endpoint).toBe('http://all.example');
    environment.AWS_ENDPOINT_URL_S3 = 'http://s3.example';
    expect((await find()).endpoint).toBe('http://s3.example');
    expect((await find({ endpoint: 'http://ours.example' })).endpoint).toBe('http://ours.example');
    environment.AWS_IGNORE_CONFIGURED_ENDPOINT_URLS = 'true';
    expect((await find()).endpoint).toBeUndefined();
  });

  it('of AWS by its name is virtual-hosted, unless the configuration says otherwise', async () => {
    const endpoint = 'https://s3.eu-west-1.amazonaws.com';
    expect(await find({ endpoint })).toMatchObject({ isAws: true, pathStyle: false });
    expect(await find({ endpoint, pathStyle: true })).toMatchObject({ pathStyle: true });
    expect(await find({ endpoint: 'https://amazonaws.com.evil.example' })).toMatchObject({ isAws: false });
  });

  it('that is no URL of a web server is refused', async () => {
    for (const endpoint of ['nas:9000', 'file:///etc', 'ftp://nas', '']) {
      await expect(find({ endpoint }), endpoint).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
    }
  });

  it('with a password in it is refused, without showing it', async () => {
    const failure = find({ endpoint: 'https://me:hunter2@nas.example' });
    await expect(failure).rejects.toMatchObject({ code: 'CONFIG_SECRET' });
    await expect(failure).rejects.not.toThrow(/hunter2/);
  });
});

describe('the profile', () => {
  it('of the configuration is set for the SDK, in the place of the environment’s', async () => {
    environment.AWS_PROFILE = 'nas';
    await find({ profile: 'plain' });
    expect(environment.AWS_PROFILE).toBe('plain');
  });

  it('that exists only among the credentials is one', async () => {
    expect((await find({ profile: 'keys' })).profile).toBe('keys');
  });

  it('that does not exist is an error, whoever named it', async () => {
    const failure = { code: 'REMOTE_AUTH', hint: "aws configure --profile 'absent'" };
    await expect(find({ profile: 'absent' })).rejects.toMatchObject(failure);
    environment.AWS_PROFILE = 'absent';
    await expect(find()).rejects.toMatchObject(failure);
    await expect(find({ profile: '__proto__' })).rejects.toMatchObject({ code: 'REMOTE_AUTH' });
  });

  it('is not needed to read a public bucket', async () => {
    environment.AWS_PROFILE = 'absent';
    expect(await find({ anonymous: true })).toMatchObject({ region: 'us-east-1' });
  });
});
