/** Where the data remote is and how it is reached. Never holds a credential. */
export type RemoteSettings = DirectorySettings | S3Settings;

export interface DirectorySettings {
  readonly kind: 'directory';
  /** As written by the person; what they see in messages. */
  readonly url: string;
  /** Absolute. */
  readonly path: string;
}

export interface S3Settings {
  readonly kind: 's3';
  /** `s3://bucket/prefix`. */
  readonly url: string;
  readonly bucket: string;
  /** Without leading or trailing slash; may be empty. */
  readonly prefix: string;
  readonly endpoint?: string;
  readonly region?: string;
  readonly profile?: string;
  readonly pathStyle?: boolean;
  readonly anonymous?: boolean;
  /** How the store is to encrypt what it keeps: `AES256`, `aws:kms` or `aws:kms:dsse`. */
  readonly encryption?: string;
  /** Id, alias or ARN of the key in AWS KMS. */
  readonly kmsKey?: string;
  readonly storageClass?: string;
  readonly acl?: string;
  /** The one who asks pays, not the bucket's owner. */
  readonly requesterPays?: boolean;
}

/** Every key that is honoured, in the committed file and as `git config lode.<key>`. Nothing else has an effect. */
export type SettingName = 'remote' | Exclude<keyof S3Settings, 'kind' | 'url' | 'bucket' | 'prefix'>;

export interface Settings {
  /** Undefined where the repository names none. */
  readonly remote: RemoteSettings | undefined;
  /** The settings in effect that a committed file gave, and not this machine's own git configuration. */
  readonly committed: readonly SettingName[];
  /** The committed file they came from, relative to the top of the working tree; undefined if there is none. */
  readonly file: string | undefined;
  /** What a person should be told once: unknown keys with their near match. */
  readonly warnings: readonly string[];
}

export type Environment = Readonly<Record<string, string | undefined>>;
