import { createHash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { escapeXml, S3Refusal, unescapeXml } from './s3-double-error.ts';

export type S3Operation =
  | 'PutObject'
  | 'GetObject'
  | 'HeadObject'
  | 'DeleteObject'
  | 'DeleteObjects'
  | 'ListObjectsV2'
  | 'Unknown';

export interface StoredObject {
  readonly bytes: Buffer;
  readonly etag: string;
  /** Milliseconds since 1970. */
  readonly time: number;
}

export interface Call {
  readonly bucket: string;
  readonly objects: Map<string, StoredObject>;
  readonly key: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  readonly now: number;
  readonly pageSize: number;
  readonly conditions: 'honoured' | 'ignored' | 'refused';
}

export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer | string;
}

export function operationOf(method: string | undefined, key: string, query: URLSearchParams): S3Operation {
  if (key === '') return method === 'POST' && query.has('delete') ? 'DeleteObjects' : listOr(method);
  switch (method) {
    case 'PUT':
      return 'PutObject';
    case 'GET':
      return 'GetObject';
    case 'HEAD':
      return 'HeadObject';
    case 'DELETE':
      return 'DeleteObject';
    default:
      return 'Unknown';
  }
}

function listOr(method: string | undefined): S3Operation {
  return method === 'GET' ? 'ListObjectsV2' : 'Unknown';
}

/** Does the work of one request as minio and versitygw were seen to do it; throws `S3Refusal`. */
export const operations: Readonly<Record<S3Operation, (call: Call) => Answer>> = {
  PutObject(call) {
    const { headers, objects, key, body, now } = call;
    const condition = call.conditions === 'ignored' ? undefined : headers['if-none-match'];
    if (condition !== undefined && call.conditions === 'refused') throw new S3Refusal('NotImplemented');
    if (condition === '*' && objects.has(key)) throw new S3Refusal('PreconditionFailed');
    const checksum = headers['x-amz-checksum-sha256'];
    if (checksum !== undefined && checksum !== digest('sha256', body, 'base64'))
      throw new S3Refusal('BadDigest');
    const etag = `"${digest('md5', body, 'hex')}"`;
    objects.set(key, { bytes: body, etag, time: now });
    return { status: 200, headers: { etag } };
  },

  GetObject({ headers, objects, key }) {
    const found = objects.get(key);
    if (found === undefined) throw new S3Refusal('NoSuchKey');
    const condition = headers['if-match'];
    if (condition !== undefined && condition !== found.etag) throw new S3Refusal('PreconditionFailed');
    const about = {
      etag: found.etag,
      'last-modified': new Date(found.time).toUTCString(),
      'content-type': 'application/octet-stream',
    };
    const range = /^bytes=(\d+)-(\d+)$/.exec(headers.range ?? '');
    if (range === null) return { status: 200, headers: about, body: found.bytes };
    const first = Number(range[1]);
    const last = Math.min(Number(range[2]), found.bytes.length - 1);
    if (first > last) throw new S3Refusal('InvalidRange');
    const contentRange = `bytes ${first}-${last}/${found.bytes.length}`;
    return {
      status: 206,
      headers: { ...about, 'content-range': contentRange },
      body: found.bytes.subarray(first, last + 1),
    };
  },

  HeadObject: (call) => operations.GetObject(call),

  DeleteObject({ objects, key }) {
    objects.delete(key);
    return { status: 204 };
  },

  DeleteObjects({ objects, body }) {
    const keys = [...body.toString().matchAll(/<Key>([^<]*)<\/Key>/g)].map((match) => unescapeXml(match[1]!));
    for (const key of keys) objects.delete(key);
    const deleted = keys.map((key) => `<Deleted><Key>${escapeXml(key)}</Key></Deleted>`);
    return xml(`<DeleteResult>${deleted.join('')}</DeleteResult>`);
  },

  ListObjectsV2({ bucket, objects, query, pageSize }) {
    const prefix = query.get('prefix') ?? '';
    const token = query.get('continuation-token');
    const after = token === null ? (query.get('start-after') ?? '') : fromToken(token);
    const keys = [...objects.keys()]
      .filter((key) => key.startsWith(prefix) && compare(key, after) > 0)
      .sort(compare);
    const page = keys.slice(0, pageSize);
    const more = keys.length > page.length;
    const contents = page.map((key) => {
      const { bytes, time } = objects.get(key)!;
      return `<Contents><Key>${escapeXml(key)}</Key><LastModified>${new Date(time).toISOString()}</LastModified><Size>${bytes.length}</Size></Contents>`;
    });
    const next = more ? `<NextContinuationToken>${toToken(page.at(-1)!)}</NextContinuationToken>` : '';
    return xml(
      `<ListBucketResult><Name>${bucket}</Name><Prefix>${escapeXml(prefix)}</Prefix><KeyCount>${page.length}</KeyCount><IsTruncated>${more}</IsTruncated>${next}${contents.join('')}</ListBucketResult>`,
    );
  },

  Unknown() {
    throw new S3Refusal('MethodNotAllowed');
  },
};

export function digest(algorithm: 'md5' | 'sha256', bytes: Buffer, encoding: 'hex' | 'base64'): string {
  return createHash(algorithm).update(bytes).digest(encoding);
}

function xml(body: string): Answer {
  return {
    status: 200,
    headers: { 'content-type': 'application/xml' },
    body: `<?xml version="1.0" encoding="UTF-8"?>\n${body}`,
  };
}

function compare(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

function toToken(key: string): string {
  return Buffer.from(key).toString('base64url');
}

function fromToken(token: string): string {
  return Buffer.from(token, 'base64url').toString();
}
