// Credentials by AWS's default chain, as people keep them; the double checks each signature.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openBackend } from '../../src/backend/open.ts';
import type { S3Settings } from '../../src/config/settings.ts';
import { type S3Double, startS3Double, testUser } from '../support/s3-double.ts';
import { awsEnvironment, settingsFor } from '../support/s3-remote.ts';

const keys = `aws_access_key_id = ${testUser.accessKey}\naws_secret_access_key = ${testUser.secret}\n`;

let double: S3Double;
let restore: (() => Promise<void>) | undefined;

beforeEach(async () => {
  double = await startS3Double();
});

afterEach(async () => {
  await double.close();
  await restore?.();
});

async function found(settings: S3Settings): Promise<unknown> {
  const backend = await openBackend(settings);
  try {
    return (await backend.head('a/file')).found;
  } finally {
    backend.close();
  }
}

function withoutEndpoint(profile: string): S3Settings {
  const { endpoint: _, ...settings } = settingsFor(double, { profile });
  return settings;
}

describe('credentials', () => {
  it('come from the environment', async () => {
    restore = await awsEnvironment();
    expect(await found(settingsFor(double))).toBeUndefined();
  });

  it('and the endpoint come from a profile', async () => {
    restore = await awsEnvironment(
      {},
      {
        config: `[profile nas]\nendpoint_url = ${double.endpoint}\n`,
        credentials: `[default]\naws_access_key_id = wrong\naws_secret_access_key = wrong\n[nas]\n${keys}`,
      },
    );
    expect(await found(withoutEndpoint('nas'))).toBeUndefined();
    expect(double.stats.requests).toBe(1);
  });

  it('come from a program that a profile names', async () => {
    const answer = { Version: 1, AccessKeyId: testUser.accessKey, SecretAccessKey: testUser.secret };
    const folder = await mkdtemp(join(tmpdir(), 'lode-program-'));
    await writeFile(join(folder, 'answer.js'), `console.log('${JSON.stringify(answer)}')`);
    const program = `"${process.execPath}" "${join(folder, 'answer.js')}"`;
    restore = await awsEnvironment({}, { config: `[profile vault]\ncredential_process = ${program}\n` });
    try {
      expect(await found(settingsFor(double, { profile: 'vault' }))).toBeUndefined();
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });

  it('of a profile win over those of the environment, and the SDK prints nothing about it', async () => {
    const environment = { AWS_ACCESS_KEY_ID: 'other', AWS_SECRET_ACCESS_KEY: 'other' };
    restore = await awsEnvironment(environment, { credentials: `[work]\n${keys}` });
    const said = vi.spyOn(console, 'warn');
    expect(await found(settingsFor(double, { profile: 'work' }))).toBeUndefined();
    expect(said).not.toHaveBeenCalled();
  });

  it('of a profile that does not exist are missed before any request', async () => {
    restore = await awsEnvironment();
    await expect(openBackend(settingsFor(double, { profile: 'absent' }))).rejects.toMatchObject({
      code: 'REMOTE_AUTH',
    });
    expect(double.stats.requests).toBe(0);
  });

  it('of a profile without any are told by its name', async () => {
    restore = await awsEnvironment({}, { config: '[profile empty]\nregion = eu-west-1\n' });
    await expect(found(settingsFor(double, { profile: 'empty' }))).rejects.toMatchObject({
      code: 'REMOTE_AUTH',
      message: expect.stringContaining("profile 'empty'"),
    });
  });
});
