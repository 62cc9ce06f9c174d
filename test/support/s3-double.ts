// An S3 server in this process, in memory, for tests: path-style, checks signatures and digests, fails on demand.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { errorXml, S3Refusal } from './s3-double-error.ts';
import {
  type Answer,
  digest,
  operationOf,
  operations,
  type S3Operation,
  type StoredObject,
} from './s3-double-operations.ts';
import { verifySignature } from './s3-double-signature.ts';

export type { S3Operation, StoredObject };

/** The one user whom a double knows that was not given any. */
export const testUser = { accessKey: 'testkey', secret: 'testsecret' };

export interface S3DoubleOptions {
  /** Access key to its secret and what it may not do; by default `testUser`, allowed everything. */
  readonly users?: Readonly<Record<string, S3DoubleUser>>;
  /** Buckets that exist from the start; `['bucket']` by default. */
  readonly buckets?: readonly string[];
  /** `us-east-1` by default; a request signed for another is refused as AWS does. */
  readonly region?: string;
  /** Allows unsigned requests. */
  readonly anonymous?: boolean;
  /** Keys in one page of a list; 1,000 by default. */
  readonly pageSize?: number;
  /** Milliseconds since 1970. */
  readonly clock?: () => number;
  /** How the store takes `If-None-Match`: as S3, silently not, or with 501. */
  readonly conditions?: 'honoured' | 'ignored' | 'refused';
}

export interface S3DoubleUser {
  readonly secret: string;
  readonly deny?: (operation: S3Operation, bucket: string, key: string) => boolean;
}

export interface S3DoubleRequest {
  readonly operation: S3Operation;
  readonly bucket: string;
  readonly key: string;
  readonly headers: IncomingMessage['headers'];
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
  /** Added to the answer, of whatever status. */
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

export async function startS3Double(options: S3DoubleOptions = {}): Promise<S3Double> {
  const { clock = Date.now, region = 'us-east-1', anonymous = false } = options;
  const users = options.users ?? { [testUser.accessKey]: { secret: testUser.secret } };
  const { pageSize = 1000, conditions = 'honoured' } = options;
  const buckets = new Map((options.buckets ?? ['bucket']).map((name) => [name, new Map()]));
  const stats = { requests: 0, byOperation: new Map<S3Operation, number>() };
  const double: Omit<S3Double, 'endpoint' | 'close'> = { buckets, stats, fault: undefined };

  const server = createServer((request, response) => {
    handle(request, response).catch((error: unknown) => response.destroy(error as Error));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [path = '', search = ''] = (request.url ?? '').split('?', 2);
    const [, bucket = '', key = ''] = /^\/([^/]*)\/?([\s\S]*)$/.exec(decodeURIComponent(path)) ?? [];
    const query = new URLSearchParams(search);
    const operation = operationOf(request.method, key, query);
    const earlier = stats.byOperation.get(operation) ?? 0;
    stats.requests += 1;
    stats.byOperation.set(operation, earlier + 1);

    const fault = double.fault?.({ operation, bucket, key, headers: request.headers, earlier }) ?? {};
    if (fault.delay !== undefined) await sleep(fault.delay);
    if (fault.reset) return void request.socket.resetAndDestroy();
    if (fault.hang) return void request.resume();
    const answer = await answerTo();
    if (answer !== undefined) reply(request, response, answer, fault);

    async function answerTo(): Promise<Answer | undefined> {
      if (fault.html !== undefined) {
        const body = Buffer.from(fault.html);
        return { status: fault.status ?? 200, headers: { 'content-type': 'text/html' }, body };
      }
      if (fault.status !== undefined && fault.when !== 'after') return failure(fault.status, fault.code);
      try {
        const answer = await work();
        return fault.status === undefined ? answer : failure(fault.status, fault.code);
      } catch (error) {
        if (!(error instanceof S3Refusal)) throw error;
        return failure(error.status, error.code, error.fields);
      }
    }

    async function work(): Promise<Answer | undefined> {
      const user = verifySignature(request, { users, region, anonymous, now: clock() });
      if (user?.deny?.(operation, bucket, key)) throw new S3Refusal('AccessDenied');
      const objects = buckets.get(bucket);
      if (objects === undefined) throw new S3Refusal('NoSuchBucket');
      const body = await bodyOf(request, fault.cutUpload);
      if (body === undefined) return undefined;
      const signed = request.headers['x-amz-content-sha256'];
      if (signed !== undefined && signed !== 'UNSIGNED-PAYLOAD' && signed !== digest('sha256', body, 'hex')) {
        throw new S3Refusal('XAmzContentSHA256Mismatch');
      }
      const { headers } = request;
      const call = { bucket, objects, key, query, headers, body, now: clock(), pageSize, conditions };
      return operations[operation](call);
    }
  }

  function reply(request: IncomingMessage, response: ServerResponse, answer: Answer, fault: S3Fault): void {
    const body = Buffer.from(answer.body ?? '');
    response.sendDate = false;
    response.writeHead(answer.status, {
      date: new Date(clock()).toUTCString(),
      'x-amz-request-id': String(stats.requests),
      'content-length': body.length,
      // What is left of an unread upload would be taken for the next request.
      ...(request.complete ? {} : { connection: 'close' }),
      ...answer.headers,
      ...fault.headers,
    });
    const sent = fault.stallBody ?? fault.cutBody;
    if (sent === undefined || answer.status >= 300) {
      response.end(request.method === 'HEAD' ? undefined : body);
      return;
    }
    response.write(body.subarray(0, sent), () => {
      // Once the bytes have left.
      if (fault.cutBody !== undefined) setTimeout(() => request.socket.destroy(), 10);
    });
  }

  return Object.assign(double, {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  });
}

function failure(status: number, code = 'Unknown', fields: Readonly<Record<string, string>> = {}): Answer {
  const headers = { 'content-type': 'application/xml' };
  return { status, headers, body: errorXml(code, `${code} by the double`, fields) };
}

/** The request's body; undefined where it was cut off after `cut` bytes. */
async function bodyOf(request: IncomingMessage, cut = Number.POSITIVE_INFINITY): Promise<Buffer | undefined> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    parts.push(part);
    size += part.length;
    if (size < cut) continue;
    request.socket.destroy();
    return undefined;
  }
  return Buffer.concat(parts);
}
