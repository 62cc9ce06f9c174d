import type { S3Settings } from '../config/settings.ts';
import { includesRole, type Role } from './role.ts';

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html */
export interface Policy {
  readonly Version: '2012-10-17';
  readonly Statement: readonly Statement[];
}

interface Statement {
  readonly Sid: string;
  readonly Effect: 'Allow';
  readonly Action: readonly string[];
  readonly Resource: string;
  readonly Condition?: { readonly StringLike: { readonly 's3:prefix': string } };
}

/** The smallest policy for a role on the settings' prefix. A writer may not delete, a reader may not write. */
export function policyFor(settings: S3Settings, role: Role): Policy {
  const bucket = `arn:${partitionOf(settings.region)}:s3:::${settings.bucket}`;
  const below = settings.prefix === '' ? '*' : `${settings.prefix}/*`;
  const files = [
    's3:GetObject',
    ...(includesRole(role, 'writer') ? ['s3:PutObject'] : []),
    ...(includesRole(role, 'collector') ? ['s3:DeleteObject'] : []),
  ];
  return {
    Version: '2012-10-17',
    Statement: [
      { Sid: 'GitLodeFiles', Effect: 'Allow', Action: files, Resource: `${bucket}/${below}` },
      {
        Sid: 'GitLodeLists',
        Effect: 'Allow',
        Action: ['s3:ListBucket'],
        Resource: bucket,
        Condition: { StringLike: { 's3:prefix': below } },
      },
      ...keyStatement(settings, role),
    ],
  };
}

/** An alias or a bare id names no resource: then the key's own policy is the place to say it. */
function keyStatement({ kmsKey }: S3Settings, role: Role): Statement[] {
  if (kmsKey === undefined || !kmsKey.startsWith('arn:')) return [];
  const action = ['kms:Decrypt', ...(includesRole(role, 'writer') ? ['kms:GenerateDataKey'] : [])];
  return [{ Sid: 'GitLodeKey', Effect: 'Allow', Action: action, Resource: kmsKey }];
}

function partitionOf(region: string | undefined): string {
  if (region?.startsWith('cn-')) return 'aws-cn';
  return region?.startsWith('us-gov-') ? 'aws-us-gov' : 'aws';
}
