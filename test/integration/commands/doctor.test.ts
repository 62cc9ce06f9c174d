import fs from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type S3Double, type S3DoubleUser, startS3Double } from '../../support/s3-double.ts';
import { createSandbox, type Sandbox } from '../../support/sandbox.ts';

interface Finding {
  readonly check: string;
  readonly state: string;
  readonly says: string;
  readonly mend?: string;
}

const users: Record<string, S3DoubleUser> = {
  all: { secret: 'secret' },
  reader: { secret: 'secret', deny: (operation) => operation === 'PutObject' },
  writer: { secret: 'secret', deny: (operation) => ['GetObject', 'HeadObject'].includes(operation) },
  blind: { secret: 'secret', deny: (operation) => operation === 'ListObjectsV2' },
};
let box: Sandbox;
let double: S3Double;

beforeEach(async () => {
  double = await startS3Double({ users });
  box = createSandbox();
  await box.git(['init', '-q']);
});

afterEach(() => double.close());

const as = (user: string, secret = 'secret') => ({
  AWS_ACCESS_KEY_ID: user,
  AWS_SECRET_ACCESS_KEY: secret,
  AWS_EC2_METADATA_DISABLED: 'true',
  AWS_ENDPOINT_URL_S3: double.endpoint,
});

async function findings(env: Record<string, string>, args: string[] = []): Promise<Map<string, Finding>> {
  const { stdout, exitCode } = await box.lode(['doctor', '--json', ...args], { env, exitCode: 'any' });
  const found = JSON.parse(stdout) as Finding[];
  expect(exitCode).toBe(found.some(({ state }) => state === 'fault') ? 1 : 0);
  return new Map(found.map((each) => [each.check, each]));
}

describe('the doctor', () => {
  test('in a repository without anything names what to install', async () => {
    const found = await findings({});
    for (const check of ['filter', 'pre-push hook', 'data remote'])
      expect(found.get(check)).toMatchObject({
        state: 'fault',
        mend: expect.stringContaining('git lode install'),
      });
    expect(found.get('git')?.state).toBe('good');
  });

  test('is content where everything is in place, and deletes nothing unless that is the role', async () => {
    await box.lode(['install', '-q', 's3://bucket/data'], { env: as('all') });
    await box.lode(['track', '-q', '*.bin'], { env: as('all') });
    box.writeRandom('a.bin', 1000);
    await box.git(['add', '.']);
    const found = await findings(as('all'));
    expect([...found.values()].filter(({ state }) => state === 'fault')).toEqual([]);
    expect(found.get('kept files')?.says).toBe('1 file');
    for (const right of ['s3:ListBucket', 's3:GetObject', 's3:PutObject'])
      expect(found.get(right)?.state).toBe('good');
    expect(found.has('s3:DeleteObject')).toBe(false);
    expect(double.stats.byOperation.get('DeleteObjects')).toBeUndefined();
    expect((await findings(as('all'), ['--role', 'collector'])).get('s3:DeleteObject')?.state).toBe('good');
  });

  test('names the one right that is missing, and does not miss it in a role without it', async () => {
    await box.lode(['install', '-q', 's3://bucket/data'], { env: as('all') });
    const found = await findings(as('reader'));
    expect(found.get('s3:PutObject')).toMatchObject({
      state: 'fault',
      says: expect.stringContaining('bucket'),
    });
    expect(found.get('s3:GetObject')?.state).toBe('good');
    expect((await findings(as('reader'), ['--role', 'reader'])).has('s3:PutObject')).toBe(false);
    expect(found.get('s3:PutObject')?.mend).toContain('git lode doctor --role reader');
    const blind = await findings(as('blind'));
    expect(blind.get('s3:ListBucket')?.state).toBe('fault');
    expect(blind.get('s3:PutObject')?.state).toBe('good');
  });

  test('blames the right to read, and not the right to write, each time', async () => {
    await box.lode(['install', '-q', 's3://bucket/data'], { env: as('all') });
    for (let time = 0; time < 2; time++) {
      const found = await findings(as('writer'));
      expect(found.get('s3:GetObject')?.state).toBe('fault');
      expect(found.get('s3:PutObject')?.state).toBe('good');
    }
  });

  test('names a key that is refused once', async () => {
    await box.lode(['install', '-q', 's3://bucket/data'], { env: as('all') });
    const says = (await findings(as('reader'))).get('s3:PutObject')!.says;
    expect(says.match(/doctor\//g)).toHaveLength(1);
  });

  test('stops at the first answer that every further try would repeat', async () => {
    await box.lode(['install', '-q', 's3://bucket/data'], { env: as('all') });
    const found = await findings(as('all', 'wrong'));
    expect(found.get('s3:ListBucket')?.state).toBe('fault');
    expect(found.has('s3:GetObject')).toBe(false);
  });

  test('finds a launcher that leads nowhere, and hooks that were taken out', async () => {
    await box.lode(['install', '-q', 's3://bucket/data'], { env: as('all') });
    fs.rmSync(box.path('.git/lode/launcher'));
    fs.rmSync(box.path('.git/hooks/pre-push'), { force: true });
    await box.git(['config', '--remove-section', 'hook.lode-pre-push'], { exitCode: 'any' });
    const found = await findings(as('all'));
    for (const check of ['filter', 'pre-push hook'])
      expect(found.get(check)).toMatchObject({ state: 'fault', mend: 'git lode install' });
  });

  test('names files that are in git as content', async () => {
    await box.lode(['install', '-q', 's3://bucket/data'], { env: as('all') });
    box.writeRandom('a.bin', 1000);
    await box.git(['add', '.']);
    box.write('.gitattributes', '*.bin filter=lode -text -merge\n');
    expect((await findings(as('all'))).get('kept files')).toEqual({
      check: 'kept files',
      state: 'fault',
      says: '1 file; 1 file in git as content, not as a pointer',
      mend: 'git lode fix',
    });
    await box.lode(['fix', '-q']);
    expect((await findings(as('all'))).get('kept files')).toMatchObject({ state: 'good', says: '1 file' });
  });

  test('shows a person one line for each check, and what mends it', async () => {
    const { stdout } = await box.lode(['doctor'], { exitCode: 1 });
    expect(stdout).toMatch(/^ok +git +\d+\.\d+/m);
    expect(stdout).toMatch(/^FAULT +filter +git knows of none\n +to mend: git lode install$/m);
  });
});

describe('the policy', () => {
  test('is printed for the bucket of the repository, and for the role that is asked for', async () => {
    await box.lode(['install', '-q', 's3://bucket/data'], { env: as('all') });
    const { stdout } = await box.lode(['policy', '--role', 'reader'], { env: as('all') });
    expect(JSON.parse(stdout).Statement[0]).toMatchObject({ Action: ['s3:GetObject'] });
    expect((await box.lode(['policy', '--role', 'owner'], { env: as('all'), exitCode: 2 })).stderr).toContain(
      'reader',
    );
  });

  test('is none for a folder', async () => {
    fs.mkdirSync(path.join(box.root, 'remote'));
    await box.lode(['install', '-q', path.join(box.root, 'remote')]);
    expect((await box.lode(['policy'], { exitCode: 2 })).stderr).toContain('git lode doctor');
  });
});
