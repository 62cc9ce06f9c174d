import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { S3Settings } from '../../src/config/settings.ts';
import { type S3Double, testUser } from './s3-double.ts';

/** The settings that lead to a double. */
export function settingsFor(double: S3Double, more: Partial<S3Settings> = {}): S3Settings {
  return {
    kind: 's3',
    url: 's3://bucket/team/data',
    bucket: 'bucket',
    prefix: 'team/data',
    endpoint: double.endpoint,
    ...more,
  };
}

const OWN = /^AWS_/;

/**
 * Gives this process AWS variables of its own, and files that hold `config` and `credentials`, so that no test reads what its
 * machine has. Answers what puts the old ones back.
 */
export async function awsEnvironment(
  variables: Readonly<Record<string, string>> = {
    AWS_ACCESS_KEY_ID: testUser.accessKey,
    AWS_SECRET_ACCESS_KEY: testUser.secret,
  },
  files: { readonly config?: string; readonly credentials?: string } = {},
): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'lode-aws-'));
  await writeFile(join(folder, 'config'), files.config ?? '');
  await writeFile(join(folder, 'credentials'), files.credentials ?? '');
  const before = Object.entries(process.env).filter(([name]) => OWN.test(name));
  clear();
  Object.assign(process.env, variables, {
    AWS_CONFIG_FILE: join(folder, 'config'),
    AWS_SHARED_CREDENTIALS_FILE: join(folder, 'credentials'),
    AWS_EC2_METADATA_DISABLED: 'true',
  });
  return async () => {
    clear();
    Object.assign(process.env, Object.fromEntries(before));
    await rm(folder, { recursive: true, force: true });
  };
}

function clear(): void {
  for (const name of Object.keys(process.env)) if (OWN.test(name)) delete process.env[name];
}
