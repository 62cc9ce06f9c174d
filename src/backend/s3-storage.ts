import type {
  ObjectCannedACL,
  PutObjectCommandInput,
  ServerSideEncryption,
  StorageClass,
} from '@aws-sdk/client-s3';
import type { S3Settings } from '../config/settings.ts';

/** What the settings add to requests. */
export interface Storage {
  /** To every one. */
  readonly all: { readonly RequestPayer?: 'requester' };
  /** To those that write. */
  readonly write: Pick<
    PutObjectCommandInput,
    'ACL' | 'ServerSideEncryption' | 'SSEKMSKeyId' | 'StorageClass'
  >;
}

/** How the store is to keep what is written, and who pays. A key of KMS says how it encrypts. */
export function storageOf(settings: S3Settings): Storage {
  const { acl, kmsKey, storageClass, requesterPays } = settings;
  const encryption = settings.encryption ?? (kmsKey === undefined ? undefined : 'aws:kms');
  return {
    all: requesterPays ? { RequestPayer: 'requester' } : {},
    write: {
      ...(acl === undefined ? {} : { ACL: acl as ObjectCannedACL }),
      ...(encryption === undefined ? {} : { ServerSideEncryption: encryption as ServerSideEncryption }),
      ...(kmsKey === undefined ? {} : { SSEKMSKeyId: kmsKey }),
      ...(storageClass === undefined ? {} : { StorageClass: storageClass as StorageClass }),
    },
  };
}

/** The names of the settings that `storageOf` makes what is written of. */
export function keepingOf(settings: S3Settings): string[] {
  return (['encryption', 'kmsKey', 'storageClass', 'acl'] as const).filter(
    (name) => settings[name] !== undefined,
  );
}
