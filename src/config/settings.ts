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
}

export interface Settings {
  /** Undefined where the repository names none. */
  readonly remote: RemoteSettings | undefined;
  /** What a person should be told once: unknown keys with their near match. */
  readonly warnings: readonly string[];
}
