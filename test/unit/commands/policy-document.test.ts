import { describe, expect, it } from 'vitest';
import { policyFor } from '../../../src/commands/policy-document.ts';
import type { S3Settings } from '../../../src/config/settings.ts';

const settings: S3Settings = {
  kind: 's3',
  url: 's3://bucket/team/data',
  bucket: 'bucket',
  prefix: 'team/data',
};
const actions = (role: Parameters<typeof policyFor>[1], more: Partial<S3Settings> = {}) =>
  policyFor({ ...settings, ...more }, role).Statement.flatMap(({ Action }) => Action);

describe('the policy of a role', () => {
  it('gives a reader what is below the prefix, and nothing else', () => {
    expect(policyFor(settings, 'reader')).toEqual({
      Version: '2012-10-17',
      Statement: [
        {
          Sid: 'GitLodeFiles',
          Effect: 'Allow',
          Action: ['s3:GetObject'],
          Resource: 'arn:aws:s3:::bucket/team/data/*',
        },
        {
          Sid: 'GitLodeLists',
          Effect: 'Allow',
          Action: ['s3:ListBucket'],
          Resource: 'arn:aws:s3:::bucket',
          Condition: { StringLike: { 's3:prefix': 'team/data/*' } },
        },
      ],
    });
  });

  it('lets a writer write and not delete, a collector both', () => {
    expect(actions('writer')).toEqual(['s3:GetObject', 's3:PutObject', 's3:ListBucket']);
    expect(actions('collector')).toEqual([
      's3:GetObject',
      's3:PutObject',
      's3:DeleteObject',
      's3:ListBucket',
    ]);
  });

  it('has the key that the settings name, for reading or for writing', () => {
    const kmsKey = 'arn:aws:kms:eu-west-1:111122223333:key/abc';
    expect(actions('reader', { kmsKey })).toContain('kms:Decrypt');
    expect(actions('reader', { kmsKey })).not.toContain('kms:GenerateDataKey');
    expect(actions('writer', { kmsKey })).toContain('kms:GenerateDataKey');
    expect(actions('writer', { kmsKey: 'alias/team' })).toEqual(actions('writer'));
  });

  it('is for the whole bucket without a prefix, and for the partition of the region', () => {
    const { Statement } = policyFor({ ...settings, prefix: '', region: 'cn-north-1' }, 'reader');
    expect(Statement.map(({ Resource }) => Resource)).toEqual([
      'arn:aws-cn:s3:::bucket/*',
      'arn:aws-cn:s3:::bucket',
    ]);
  });
});
