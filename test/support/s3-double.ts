// An S3 server in this process, in memory, for tests: path-style, checks signatures and digests, fails on demand.

export interface S3DoubleOptions {
  /** Access key to its secret and what it may not do; by default `testkey` with `testsecret`, allowed everything. */
  readonly users?: Readonly<Record<string, S3DoubleUser>>;
  /** Buckets that exist from the start; `['bucket']` by default. */
  readonly buckets?: readonly string[];
  /** `us-east-1` by default; a request signed for another is refused as AWS does. */
  readonly region?: string;
  /** Allows unsigned reading. */
  readonly anonymous?: boolean;
  /** Keys in one page of a list; 1,000 by default. */
  readonly pageSize?: number;
  readonly clock?: () => number;
  /** How the store takes `If-None-Match`: as S3, silently not, or with 501. */
  readonly conditions?: 'honoured' | 'ignored' | 'refused';
}

export interface S3DoubleUser {
  readonly secret: string;
  readonly deny?: (operation: S3Operation, bucket: string, key: string) => boolean;
}

export type S3Operation =
  | 'PutObject'
  | 'GetObject'
  | 'HeadObject'
  | 'DeleteObject'
  | 'DeleteObjects'
  | 'ListObjectsV2'
  | 'Unknown';

export interface S3DoubleRequest {
  readonly operation: S3Operation;
  readonly bucket: string;
  readonly key: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** How many requests of this operation came before. */
  readonly earlier: number;
}

export interface S3Fault {
  /** Milliseconds before anything else happens. */
  readonly delay?: number;
  /** Answers with this status and S3 code, before the work or after it. */
  readonly status?: number;
  readonly code?: string;
  readonly when?: 'before' | 'after';
  readonly headers?: Readonly<Record<string, string>>;
  /** A body of another kind than S3's, for instance a captive portal's page; with `status` 200 by default. */
  readonly html?: string;
  /** Breaks the connection at once. */
  readonly reset?: boolean;
  /** Never answers. */
  readonly hang?: boolean;
  /** Breaks the connection after so many bytes of the request's or the answer's body. */
  readonly cutUpload?: number;
  readonly cutBody?: number;
  /** Sends so many bytes of the answer's body, then nothing more. */
  readonly stallBody?: number;
}

export interface StoredObject {
  readonly bytes: Buffer;
  readonly etag: string;
  readonly time: number;
}

export interface S3Double {
  /** `http://127.0.0.1:<port>` */
  readonly endpoint: string;
  /** Bucket to key to object; tests may look and change. */
  readonly buckets: Map<string, Map<string, StoredObject>>;
  /** Asked for every request; a test sets it and clears it. */
  fault: ((request: S3DoubleRequest) => S3Fault | undefined) | undefined;
  readonly stats: { requests: number; readonly byOperation: Map<S3Operation, number> };
  close(): Promise<void>;
}

export async function startS3Double(_options: S3DoubleOptions = {}): Promise<S3Double> {
  throw new Error('published ahead of its body');
}
