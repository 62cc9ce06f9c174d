// What a network and a store do wrong, done by the double: what S3's backend makes of it alone, and with the retry around it.
import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Backend } from '../../src/backend/backend.ts';
import { openS3 } from '../../src/backend/s3.ts';
import { withRetry } from '../../src/backend/with-retry.ts';
import type { S3Settings } from '../../src/config/settings.ts';
import { isLodeError, type LodeError } from '../../src/errors.ts';
import {
  type S3Double,
  type S3DoubleRequest,
  type S3Fault,
  type S3Operation,
  startS3Double,
  testUser,
} from '../support/s3-double.ts';
import { awsEnvironment, settingsFor } from '../support/s3-remote.ts';
import { allEntries, sha256 } from './backend-contract.ts';

const MIB = 1024 * 1024;
const page = '<!doctype html><html><title>Welcome to the hotel</title><body>Sign in</body></html>';
const readOnly = { secret: 'readersecret', deny: (operation: S3Operation) => operation === 'PutObject' };

let double: S3Double;
let restore: () => Promise<void>;
let opened: Backend[] = [];

async function open(more: Partial<S3Settings> = {}, signal?: AbortSignal): Promise<Backend> {
  const backend = await openS3(settingsFor(double, more), {
    timeouts: { connect: 2_000, socket: 20_000, answer: 500, stall: 200 },
    ...(signal === undefined ? {} : { signal }),
  });
  opened.push(backend);
  return backend;
}

/** With the retry around it, that waits for nothing. */
async function openPatient(waits: number[] = []): Promise<Backend> {
  return withRetry(await open(), {
    random: () => 0,
    sleep: async (ms) => {
      waits.push(ms);
    },
  });
}

/** The fault for the first `times` requests of an operation. */
function failing(operation: S3Operation, fault: S3Fault, times = 1): void {
  double.fault = (request) =>
    request.operation === operation && request.earlier < times ? fault : undefined;
}

async function failureOf(work: Promise<unknown>): Promise<LodeError> {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!isLodeError(error)) throw new Error('expected a LodeError', { cause: error });
  return error;
}

const requests = (operation: S3Operation) => double.stats.byOperation.get(operation) ?? 0;
const put = (backend: Backend, key: string, bytes: Buffer) => backend.put(key, [bytes], sha256(bytes));

beforeEach(async () => {
  restore = await awsEnvironment();
  double = await startS3Double({
    users: { [testUser.accessKey]: { secret: testUser.secret }, reader: readOnly },
  });
});

afterEach(async () => {
  for (const backend of opened) backend.close();
  opened = [];
  await double.close();
  await restore();
});

describe('a download', () => {
  const bytes = randomBytes(3 * MIB);
  const range = { offset: 1_000, length: 2 * MIB };
  const wanted = bytes.subarray(1_000, 1_000 + 2 * MIB);

  beforeEach(async () => {
    await put(await open(), 'a/file', bytes);
  });

  it('tells of its bytes as they come, each once, though the connection breaks', async () => {
    let told = 0;
    failing('GetObject', { cutBody: MIB / 2 });
    const onBytes = (bytes: number) => {
      told += bytes;
    };
    await (await openPatient()).get('a/file', range, { filled: 0, onBytes });
    expect(told).toBe(range.length);
  });

  it('goes on from the byte that it reached when the connection breaks', async () => {
    const ranges: unknown[] = [];
    double.fault = ({ operation, headers, earlier }) => {
      if (operation !== 'GetObject') return undefined;
      ranges.push(headers.range);
      return earlier < 2 ? { cutBody: MIB / 2 } : undefined;
    };
    const result = await (await openPatient()).get('a/file', range);
    expect(result.bytes.equals(wanted)).toBe(true);
    const starts = ranges.map((text) => Number(/^bytes=(\d+)-/.exec(String(text))![1]));
    expect(starts[0]).toBe(1_000);
    expect(starts[1]).toBeGreaterThan(1_000);
    expect(starts[2]).toBeGreaterThan(starts[1]!);
  });

  it('of a whole file goes on, too', async () => {
    failing('GetObject', { cutBody: MIB });
    expect((await (await openPatient()).get('a/file')).bytes.equals(bytes)).toBe(true);
    expect(requests('GetObject')).toBe(2);
  });

  it('begins anew when the file became another meanwhile', async () => {
    const other = randomBytes(3 * MIB);
    double.fault = ({ operation, earlier }) => {
      if (operation !== 'GetObject' || earlier > 0) return undefined;
      const objects = double.buckets.get('bucket')!;
      const change = () => objects.set('team/data/a/file', { bytes: other, etag: '"other"', time: 0 });
      setTimeout(change, 5);
      return { cutBody: MIB };
    };
    expect((await (await openPatient()).get('a/file')).bytes.equals(other)).toBe(true);
    expect(requests('GetObject')).toBe(3);
  });

  it('goes on when the store falls silent within the body', async () => {
    failing('GetObject', { stallBody: MIB });
    expect((await (await openPatient()).get('a/file', range)).bytes.equals(wanted)).toBe(true);
    expect(requests('GetObject')).toBe(2);
  });

  it('that falls silent is asked for anew after a second, by a store that needs long to answer after what it needs', async () => {
    const silenceOf = async (delay: number) => {
      const backend = await openS3(settingsFor(double));
      opened.push(backend);
      failing('GetObject', { delay, stallBody: MIB }, requests('GetObject') + 1);
      const since = performance.now();
      await expect(backend.get('a/file', range)).rejects.toMatchObject({ code: 'REMOTE_UNREACHABLE' });
      return performance.now() - since - delay;
    };
    const [quick, slow] = [await silenceOf(0), await silenceOf(500)];
    expect(quick).toBeGreaterThan(900);
    expect(quick).toBeLessThan(1_900);
    expect(slow).toBeGreaterThan(1_900);
  });

  it('ends when the store does not answer at all', async () => {
    failing('GetObject', { hang: true });
    const error = await failureOf((await open()).get('a/file', range));
    expect(error).toMatchObject({ code: 'REMOTE_UNREACHABLE', retryable: true });
  });

  it('refuses an answer that is another part than it asked for', async () => {
    failing('GetObject', { headers: { 'content-range': `bytes 0-${2 * MIB - 1}/${3 * MIB}` } });
    const error = await failureOf((await open()).get('a/file', range));
    expect(error).toMatchObject({ code: 'REMOTE_FORMAT', retryable: false });
  });

  it('refuses an answer without a date, since only the store’s clock counts', async () => {
    failing('GetObject', { headers: { date: '' } });
    expect(await failureOf((await open()).get('a/file', range))).toMatchObject({ code: 'REMOTE_FORMAT' });
  });

  it('refuses a length that no memory could hold', async () => {
    failing('GetObject', { headers: { 'content-length': String(2 ** 50) }, cutBody: 10 });
    expect(await failureOf((await open()).get('a/file'))).toMatchObject({ code: 'REMOTE_FORMAT' });
  });

  it('is interrupted by its signal, within the body', async () => {
    const controller = new AbortController();
    double.fault = () => {
      setTimeout(() => controller.abort(), 50);
      return { stallBody: MIB };
    };
    const backend = await open({}, controller.signal);
    expect(await failureOf(backend.get('a/file', range))).toMatchObject({ code: 'INTERRUPTED' });
  });
});

describe('an upload', () => {
  const bytes = randomBytes(3 * MIB);

  it('is one signed request with the known digest, conditional, unasked and unchunked', async () => {
    const sent: S3DoubleRequest[] = [];
    double.fault = (request) => void sent.push(request);
    await put(await open(), 'a/file', bytes);
    expect(sent).toHaveLength(1);
    const { headers } = sent[0]!;
    expect(headers).toMatchObject({
      'content-length': String(bytes.length),
      'if-none-match': '*',
      'x-amz-content-sha256': sha256(bytes),
      'x-amz-checksum-sha256': Buffer.from(sha256(bytes), 'hex').toString('base64'),
    });
    for (const name of [
      'expect',
      'content-encoding',
      'transfer-encoding',
      'x-amz-checksum-crc32',
      'x-amz-trailer',
    ]) {
      expect(headers, name).not.toHaveProperty(name);
    }
  });

  it('tells as it goes how much of it is on its way', async () => {
    const told: number[] = [];
    await (await open()).put('a/file', [bytes], sha256(bytes), (sent) => void told.push(sent));
    expect(told).toEqual([MIB, 2 * MIB, 3 * MIB]);
  });

  it('is sent again when the connection breaks within the body', async () => {
    failing('PutObject', { cutUpload: MIB });
    expect((await put(await openPatient(), 'a/file', bytes)).outcome).toBe('created');
    expect(double.buckets.get('bucket')!.get('team/data/a/file')!.bytes.equals(bytes)).toBe(true);
  });

  it('whose answer was lost is found, not sent again', async () => {
    failing('PutObject', { status: 500, code: 'InternalError', when: 'after' });
    expect((await put(await openPatient(), 'a/file', bytes)).outcome).toBe('exists');
    expect(requests('PutObject')).toBe(1);
    expect(requests('HeadObject')).toBe(1);
  });

  it('that is not answered is sent again, long before a socket counts as dead', async () => {
    failing('PutObject', { hang: true });
    const since = performance.now();
    expect((await put(await openPatient(), 'a/file', bytes)).outcome).toBe('created');
    expect(performance.now() - since).toBeLessThan(10_000);
    expect(requests('PutObject')).toBe(2);
  });

  it('to a store that needs longer for its answers is given longer', async () => {
    failing('PutObject', { delay: 1_200 }, 3);
    const backend = await open();
    await expect(put(backend, 'a/one', bytes)).rejects.toMatchObject({ code: 'REMOTE_UNREACHABLE' });
    await expect(put(backend, 'a/two', bytes)).rejects.toMatchObject({ retryable: true });
    expect((await put(backend, 'a/three', bytes)).outcome).toBe('created');
  });

  it('to a store that loses an answer now and then is not waited for longer and longer', async () => {
    const backend = await open();
    const waited: number[] = [];
    for (const name of ['one', 'two', 'three', 'four']) {
      failing('PutObject', { hang: true }, requests('PutObject') + 1);
      const begun = performance.now();
      await expect(put(backend, `lost/${name}`, bytes)).rejects.toMatchObject({ code: 'REMOTE_UNREACHABLE' });
      waited.push(performance.now() - begun);
      await put(backend, `in-time/${name}`, bytes);
    }
    expect(waited.at(-1)).toBeLessThan(waited[0]! * 3);
  });

  it('that is refused behind a broken connection says so', async () => {
    await restore();
    restore = await awsEnvironment({ AWS_ACCESS_KEY_ID: 'reader', AWS_SECRET_ACCESS_KEY: 'wrong' });
    failing('PutObject', { reset: true });
    const error = await failureOf(put(await openPatient(), 'a/file', bytes));
    expect(error.code).toBe('REMOTE_AUTH');
    expect(requests('PutObject')).toBe(1);
  });

  it('waits as long as the store asks for', async () => {
    failing('PutObject', { status: 503, code: 'SlowDown', headers: { 'retry-after': '3' } });
    const waits: number[] = [];
    await put(await openPatient(waits), 'a/file', bytes);
    expect(waits).toEqual([3_000]);
  });

  it('gives up after eight tries of a store that always fails', async () => {
    failing('PutObject', { status: 500, code: 'InternalError' }, 100);
    const waits: number[] = [];
    const error = await failureOf(put(await openPatient(waits), 'a/file', bytes));
    expect(error).toMatchObject({ code: 'REMOTE_FAILED', retryable: true });
    expect(requests('PutObject')).toBe(8);
    expect(waits).toHaveLength(7);
  });

  it('is not believed when a web page says 200', async () => {
    failing('PutObject', { html: page });
    expect(await failureOf(put(await open(), 'a/file', bytes))).toMatchObject({ code: 'REMOTE_UNREACHABLE' });
  });

  it('is not believed when what answers does not name what it stored', async () => {
    failing('PutObject', { html: '', headers: { 'content-type': 'text/plain' } });
    expect(await failureOf(put(await open(), 'a/file', bytes))).toMatchObject({ code: 'REMOTE_UNREACHABLE' });
  });

  it('meets a store without If-None-Match once, and remembers', async () => {
    await double.close();
    double = await startS3Double({ conditions: 'refused' });
    const backend = await open();
    expect((await put(backend, 'a/1', Buffer.from('1'))).outcome).toBe('created');
    expect((await put(backend, 'a/2', Buffer.from('2'))).outcome).toBe('created');
    expect((await put(backend, 'a/2', Buffer.from('2'))).outcome).toBe('exists');
    // Two for the first, one for the second, none for the third.
    expect(requests('PutObject')).toBe(3);
  });
});

describe('a list', () => {
  beforeEach(async () => {
    for (const name of ['1', '2', '3']) await put(await open(), `list/${name}`, Buffer.from(name));
  });

  it('is not believed when a web page says 200', async () => {
    failing('ListObjectsV2', { html: page });
    const error = await failureOf(allEntries(await open(), 'list/'));
    expect(error).toMatchObject({ code: 'REMOTE_UNREACHABLE', retryable: false });
  });

  it('is not believed when something else answers in XML', async () => {
    failing('ListObjectsV2', {
      html: '<status>fine</status>',
      headers: { 'content-type': 'application/xml' },
    });
    expect(await failureOf(allEntries(await open(), 'list/'))).toMatchObject({ code: 'REMOTE_UNREACHABLE' });
  });

  it('goes on behind the last key when a later page fails', async () => {
    const seen = new Map(double.buckets.get('bucket')!);
    await double.close();
    double = await startS3Double({ pageSize: 2 });
    for (const [key, object] of seen) double.buckets.get('bucket')!.set(key, object);
    double.fault = ({ operation, earlier }) =>
      operation === 'ListObjectsV2' && earlier === 1
        ? { status: 503, code: 'ServiceUnavailable' }
        : undefined;
    const entries = await allEntries(await openPatient(), 'list/');
    expect(entries.map(({ key }) => key)).toEqual(['list/1', 'list/2', 'list/3']);
    expect(requests('ListObjectsV2')).toBe(3);
  });

  it('that is not in byte order is refused, since it could not be resumed', async () => {
    const entry = (name: string) =>
      `<Contents><Key>team/data/list/${name}</Key><LastModified>2026-01-01T00:00:00Z</LastModified><Size>1</Size></Contents>`;
    const body = `<ListBucketResult><Name>bucket</Name><IsTruncated>false</IsTruncated>${entry('b')}${entry('a')}</ListBucketResult>`;
    failing('ListObjectsV2', { html: body, headers: { 'content-type': 'application/xml' } });
    expect(await failureOf(allEntries(await open(), 'list/'))).toMatchObject({ code: 'REMOTE_FORMAT' });
  });

  it('that goes on for ever at the same place is refused', async () => {
    const body =
      '<ListBucketResult><Name>bucket</Name><IsTruncated>true</IsTruncated><NextContinuationToken>x</NextContinuationToken></ListBucketResult>';
    failing('ListObjectsV2', { html: body, headers: { 'content-type': 'application/xml' } }, 100);
    expect(await failureOf(allEntries(await open(), 'list/'))).toMatchObject({ code: 'REMOTE_FORMAT' });
    expect(requests('ListObjectsV2')).toBe(2);
  });

  it('passes over what is not a key', async () => {
    const objects = double.buckets.get('bucket')!;
    for (const name of ['list/', 'list/A', 'list/.hidden', 'list/\u001b[2J', 'list/x//y']) {
      objects.set(`team/data/${name}`, { bytes: Buffer.alloc(0), etag: '"0"', time: 0 });
    }
    const entries = await allEntries(await open(), 'list/');
    expect(entries.map(({ key }) => key)).toEqual(['list/1', 'list/2', 'list/3']);
  });
});

describe('a delete', () => {
  it('fails by what its answer says of a key, though the status is 200', async () => {
    const body =
      '<?xml version="1.0"?><DeleteResult><Error><Key>team/data/a/1</Key><Code>AccessDenied</Code></Error></DeleteResult>';
    failing('DeleteObjects', { html: body, headers: { 'content-type': 'application/xml' } });
    const error = await failureOf((await open()).delete(['a/1']));
    expect(error).toMatchObject({ code: 'REMOTE_FORBIDDEN', subject: 'a/1' });
  });

  it('is not believed when the answer names no key', async () => {
    const body = '<?xml version="1.0"?><DeleteResult></DeleteResult>';
    failing('DeleteObjects', { html: body, headers: { 'content-type': 'application/xml' } });
    expect(await failureOf((await open()).delete(['a/1']))).toMatchObject({ code: 'REMOTE_FORMAT' });
  });
});

describe('a mistake is told as what it is', () => {
  const head = async (more: Partial<S3Settings> = {}) => failureOf((await open(more)).get('a/file'));

  it('a wrong secret', async () => {
    await restore();
    restore = await awsEnvironment({
      AWS_ACCESS_KEY_ID: testUser.accessKey,
      AWS_SECRET_ACCESS_KEY: 'not-the-secret',
    });
    const error = await head();
    expect(error).toMatchObject({ code: 'REMOTE_AUTH', retryable: false });
    expect(JSON.stringify([error.message, error.hint, String(error.cause)])).not.toContain('not-the-secret');
  });

  it('an unknown access key', async () => {
    await restore();
    restore = await awsEnvironment({ AWS_ACCESS_KEY_ID: 'nobody', AWS_SECRET_ACCESS_KEY: 'x' });
    expect(await head()).toMatchObject({ code: 'REMOTE_AUTH' });
  });

  it('no credentials', async () => {
    await restore();
    restore = await awsEnvironment({});
    const error = await head();
    expect(error).toMatchObject({ code: 'REMOTE_AUTH' });
    expect(error.hint).toContain('AWS_PROFILE');
    expect(double.stats.requests).toBe(0);
  });

  it('an expired session', async () => {
    failing('GetObject', { status: 400, code: 'ExpiredToken' });
    expect(await head()).toMatchObject({ code: 'REMOTE_AUTH' });
  });

  it('credentials that may read but not write', async () => {
    await restore();
    restore = await awsEnvironment({ AWS_ACCESS_KEY_ID: 'reader', AWS_SECRET_ACCESS_KEY: readOnly.secret });
    const error = await failureOf(put(await open(), 'a/file', Buffer.from('x')));
    expect(error).toMatchObject({ code: 'REMOTE_FORBIDDEN', retryable: false });
    expect(error.message).toContain(double.endpoint);
    expect(error.hint).toContain('s3:PutObject');
  });

  it('no such bucket', async () => {
    const error = await head({ bucket: 'elsewhere' });
    expect(error).toMatchObject({ code: 'REMOTE_NO_BUCKET' });
    expect(error.message).toContain('elsewhere');
  });

  it('another region, by its name', async () => {
    await double.close();
    double = await startS3Double({ region: 'eu-west-1' });
    const error = await head();
    expect(error).toMatchObject({ code: 'REMOTE_REGION' });
    expect(error.hint).toContain('eu-west-1');
  });

  it('a full store', async () => {
    failing('PutObject', { status: 507, code: 'XMinioStorageFull' });
    expect(await failureOf(put(await open(), 'a/file', Buffer.from('x')))).toMatchObject({
      code: 'REMOTE_FULL',
      retryable: false,
    });
  });

  it('a host that nobody knows', async () => {
    expect(await head({ endpoint: 'http://no-such-host.invalid' })).toMatchObject({
      code: 'REMOTE_UNREACHABLE',
    });
  });

  it('a port where nobody listens', async () => {
    const { endpoint } = double;
    await double.close();
    expect(await head({ endpoint })).toMatchObject({ code: 'REMOTE_UNREACHABLE', retryable: true });
    double = await startS3Double();
  });

  it('https to a port that speaks http', async () => {
    const error = await head({ endpoint: double.endpoint.replace('http:', 'https:') });
    expect(error).toMatchObject({ code: 'REMOTE_TLS', retryable: false });
  });

  it('a proxy that refuses in its own words', async () => {
    failing('GetObject', { status: 403, html: page });
    const error = await head();
    expect(error).toMatchObject({ code: 'REMOTE_FORBIDDEN' });
    expect(error.hint).toContain('proxy');
  });

  it('a proxy’s 404, which is no proof that the file is missing', async () => {
    failing('GetObject', { status: 404, html: page });
    expect(await head()).toMatchObject({ code: 'REMOTE_UNREACHABLE' });
  });
});

describe('a refusal without words, as the answer to a HEAD is', () => {
  it('is told in the words of the answer to a GET', async () => {
    await restore();
    restore = await awsEnvironment({
      AWS_ACCESS_KEY_ID: testUser.accessKey,
      AWS_SECRET_ACCESS_KEY: 'not-the-secret',
    });
    const error = await failureOf((await open()).head('a/file'));
    expect(error.code).toBe('REMOTE_AUTH');
    expect(error.message).toContain('SignatureDoesNotMatch');
    expect([requests('HeadObject'), requests('GetObject')]).toEqual([1, 1]);
  });

  it('that has passed by the time of the GET is none', async () => {
    failing('HeadObject', { status: 500 });
    expect((await (await open()).head('a/file')).found).toBeUndefined();
  });

  it('of a wrong clock corrects it', async () => {
    await double.close();
    double = await startS3Double({ clock: () => Date.now() + 3_600_000 });
    expect((await (await open()).head('a/file')).found).toBeUndefined();
  });
});

describe('this computer’s clock', () => {
  it('an hour wrong is corrected by one more try', async () => {
    await double.close();
    double = await startS3Double({ clock: () => Date.now() + 3_600_000 });
    const backend = await openPatient();
    expect((await put(backend, 'a/file', Buffer.from('x'))).outcome).toBe('created');
    const { now } = await backend.head('a/file');
    expect(now).toBeGreaterThan(Date.now() + 3_000_000);
  });

  it('that cannot be corrected is told', async () => {
    failing('GetObject', { status: 403, code: 'RequestTimeTooSkewed' }, 100);
    expect(await failureOf((await openPatient()).get('a/file'))).toMatchObject({ code: 'REMOTE_CLOCK' });
    expect(requests('GetObject')).toBe(2);
  });
});

describe('a public bucket', () => {
  it('is read without credentials', async () => {
    await put(await open(), 'a/file', Buffer.from('public'));
    const kept = double.buckets.get('bucket')!.get('team/data/a/file')!;
    await double.close();
    double = await startS3Double({ anonymous: true });
    double.buckets.get('bucket')!.set('team/data/a/file', kept);
    await restore();
    restore = await awsEnvironment({});
    const backend = await open({ anonymous: true });
    expect((await backend.get('a/file')).bytes.toString()).toBe('public');
  });
});
