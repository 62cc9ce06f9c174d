// What the settings say of keeping and paying, as it arrives at the store.
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openS3 } from '../../src/backend/s3.ts';
import type { S3Settings } from '../../src/config/settings.ts';
import { type S3Double, type S3DoubleRequest, startS3Double } from '../support/s3-double.ts';
import { awsEnvironment, settingsFor } from '../support/s3-remote.ts';
import { allEntries, sha256 } from './backend-contract.ts';

let double: S3Double;
let restore: () => Promise<void>;

beforeEach(async () => {
  double = await startS3Double();
  restore = await awsEnvironment();
});

afterEach(async () => {
  await restore();
  await double.close();
});

/** The requests that one of each kind makes. */
async function requestsOf(settings: Partial<S3Settings>): Promise<S3DoubleRequest[]> {
  const requests: S3DoubleRequest[] = [];
  double.fault = (request) => {
    requests.push(request);
    return undefined;
  };
  const backend = await openS3(settingsFor(double, settings));
  const bytes = Buffer.from('content');
  await backend.put('packs/a', [bytes], sha256(bytes));
  await backend.get('packs/a');
  await backend.head('packs/a');
  await allEntries(backend, 'packs/');
  await backend.delete(['packs/a']);
  backend.close();
  return requests;
}

const ours = ({ operation, headers }: S3DoubleRequest) => [
  operation,
  Object.fromEntries(
    Object.entries(headers).filter(([name]) => /^x-amz-(?:acl|server-side|storage|request-payer)/.test(name)),
  ),
];

it('a file is written as the settings say, and whoever asks pays for everything', async () => {
  const requests = await requestsOf({
    kmsKey: 'alias/team',
    storageClass: 'STANDARD_IA',
    acl: 'bucket-owner-full-control',
    requesterPays: true,
  });
  const payer = { 'x-amz-request-payer': 'requester' };
  const kept = {
    'x-amz-acl': 'bucket-owner-full-control',
    'x-amz-server-side-encryption': 'aws:kms',
    'x-amz-server-side-encryption-aws-kms-key-id': 'alias/team',
    'x-amz-storage-class': 'STANDARD_IA',
  };
  expect(requests.map(ours)).toEqual([
    ['PutObject', { ...kept, ...payer }],
    ['GetObject', payer],
    ['HeadObject', payer],
    ['ListObjectsV2', payer],
    ['DeleteObjects', payer],
  ]);
});

it('nothing is asked of the store that no setting asks for', async () => {
  for (const [, headers] of (await requestsOf({})).map(ours)) expect(headers).toEqual({});
  const [put] = await requestsOf({ encryption: 'AES256' });
  expect(ours(put!)).toEqual(['PutObject', { 'x-amz-server-side-encryption': 'AES256' }]);
});

it.each([
  ['InvalidStorageClass', 400],
  ['NotImplemented', 501],
])(
  'a store that cannot keep a file so (%s) is told with the settings that ask for it',
  async (code, status) => {
    double.fault = ({ operation }) => (operation === 'PutObject' ? { status, code } : undefined);
    const settings = { storageClass: 'STANDARD_IA', encryption: 'AES256' } as const;
    const backend = await openS3(settingsFor(double, settings));
    const bytes = Buffer.from('content');
    await expect(backend.put('packs/a', [bytes], sha256(bytes))).rejects.toMatchObject({
      code: 'REMOTE_FAILED',
      message: expect.stringContaining('does not keep files as the configuration asks'),
      hint: expect.stringContaining('encryption, storageClass'),
    });
    backend.close();
  },
);
