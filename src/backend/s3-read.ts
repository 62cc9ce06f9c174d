import type { Readable } from 'node:stream';
import { GetObjectCommand, type GetObjectCommandOutput, HeadObjectCommand } from '@aws-sdk/client-s3';
import { isLodeError } from '../errors.ts';
import { type ByteRange, type GetResult, type HeadResult, MAX_READ, type ReadProgress } from './backend.ts';
import { checkRange, checkWithin, tooLong } from './keys.ts';
import { type Breach, incoming } from './s3-body.ts';
import { broken, isSilence, refusalBehind, type S3Request, wrongAnswer } from './s3-errors.ts';
import type { Reason } from './s3-reasons.ts';
import { type Bucket, patienceOf, type Sent, send } from './s3-send.ts';
import { silenceAfter, usualAnswer } from './silence.ts';
import { checkInterrupted } from './sleep.ts';

/** A HEAD has no progress that would remember how often a store needed longer. */
const HEAD_SILENCES = 1;

/** `get` of the contract: one range a request (two would bring the whole body), from the byte that `progress` reached. */
export async function readKey(
  bucket: Bucket,
  key: string,
  range: ByteRange | undefined,
  progress: ReadProgress,
): Promise<GetResult> {
  if (range !== undefined) checkRange(key, range);
  const request: S3Request = { operation: 'get', key };
  const rest = restOf(range, progress);
  const answer = await ask(bucket, request, rest, progress);
  const stream = answer.output.Body as Readable;
  const stall = Math.min(bucket.stall, silenceAfter(bucket.answers.usual, progress.silences ?? 0));
  try {
    const length = lengthOf(bucket, request, rest, answer);
    const bytes = progress.bytes ?? Buffer.allocUnsafeSlow(length);
    progress.bytes = bytes;
    if (answer.output.ETag !== undefined) progress.etag ??= answer.output.ETag;
    const breach = await incoming(stream, progress as ReadProgress & { bytes: Buffer }, stall);
    if (breach === 'stalled') progress.silences = (progress.silences ?? 0) + 1;
    if (breach !== undefined) throw breachError(bucket, request, breach, stall);
    return { bytes, now: answer.now };
  } finally {
    stream.destroy();
  }
}

/** The bytes that are still to come; undefined for a whole file whose length is not known yet. */
function restOf(range: ByteRange | undefined, { bytes, filled }: ReadProgress): ByteRange | undefined {
  if (range !== undefined) return { offset: range.offset + filled, length: range.length - filled };
  // Not for an empty file, which has no range at all.
  return bytes === undefined || filled === 0 ? undefined : { offset: filled, length: bytes.length - filled };
}

async function ask(
  bucket: Bucket,
  request: S3Request,
  rest: ByteRange | undefined,
  progress: ReadProgress,
): Promise<Sent<GetObjectCommandOutput>> {
  const command = new GetObjectCommand({
    Bucket: bucket.where.bucket,
    Key: bucket.prefix + request.key,
    ...bucket.storage.all,
    ...(rest === undefined ? {} : { Range: `bytes=${rest.offset}-${rest.offset + rest.length - 1}` }),
    ...(progress.etag === undefined ? {} : { IfMatch: progress.etag }),
  });
  const patience = { ms: patienceOf(bucket, progress.silences ?? 0) };
  const begun = performance.now();
  try {
    const answer = await send(bucket, command, request, patience);
    bucket.answers.usual = usualAnswer(bucket.answers.usual, performance.now() - begun);
    return answer;
  } catch (error) {
    if (isSilence(error)) progress.silences = (progress.silences ?? 0) + 1;
    if (refusalBehind(error)?.reason === 'exists') {
      // Not the file of the earlier bytes any more: the next try begins anew.
      progress.filled = 0;
      delete progress.bytes;
      delete progress.etag;
    }
    throw error;
  }
}

/** Checks that the answer is what was asked for, and answers how many bytes its body has. */
function lengthOf(
  bucket: Bucket,
  request: S3Request,
  rest: ByteRange | undefined,
  { output, status }: Sent<GetObjectCommandOutput>,
): number {
  const key = request.key!;
  if (rest === undefined) {
    const length = output.ContentLength;
    if (status !== 200 || length === undefined) {
      throw wrongAnswer(request, bucket.where, 'the answer does not tell its length');
    }
    if (length > MAX_READ) throw tooLong(key, length);
    return length;
  }
  const match = /^bytes (\d+)-(\d+)\/(\d+|\*)$/.exec(output.ContentRange ?? '');
  if (status !== 206 || match === null) {
    throw wrongAnswer(request, bucket.where, 'the answer is not the part that was asked for');
  }
  const [, first, last, total] = match.map(Number) as [number, number, number, number];
  if (Number.isFinite(total)) checkWithin(key, rest, total);
  if (first !== rest.offset || last !== rest.offset + rest.length - 1) {
    throw wrongAnswer(
      request,
      bucket.where,
      `the answer is bytes ${first} to ${last}, which were not asked for`,
    );
  }
  return rest.length;
}

function breachError(bucket: Bucket, request: S3Request, breach: Breach, stall: number): Error {
  checkInterrupted(bucket.signal);
  switch (breach) {
    case 'long':
      return wrongAnswer(request, bucket.where, 'the answer is longer than it said');
    case 'short':
      return broken(request, bucket.where, 'the answer ended too early');
    case 'stalled':
      return broken(request, bucket.where, `the store was silent for ${stall / 1000} s`);
    default:
      return broken(request, bucket.where, 'the connection broke', breach.cause);
  }
}

/** `head` of the contract. */
export async function findKey(bucket: Bucket, key: string): Promise<HeadResult> {
  const request: S3Request = { operation: 'head', key };
  try {
    return await head(bucket, request);
  } catch (error) {
    if (!isWordless(error)) throw error;
    await askForWords(bucket, request);
    // A byte can be read by now: the SDK has corrected a wrong clock, say.
    return head(bucket, request);
  }
}

async function head(bucket: Bucket, request: S3Request): Promise<HeadResult> {
  const command = new HeadObjectCommand({
    Bucket: bucket.where.bucket,
    Key: bucket.prefix + request.key,
    ...bucket.storage.all,
  });
  try {
    const { output, now } = await send(bucket, command, request, { ms: patienceOf(bucket, HEAD_SILENCES) });
    const time = output.LastModified?.getTime() ?? Number.NaN;
    if (output.ContentLength === undefined || Number.isNaN(time)) {
      throw wrongAnswer(request, bucket.where, 'the answer does not tell size and time');
    }
    return { found: { size: output.ContentLength, time }, now };
  } catch (error) {
    if (!isLodeError(error, 'KEY_MISSING')) throw error;
    const now = refusalBehind(error)?.now ?? Number.NaN;
    if (Number.isNaN(now)) throw wrongAnswer(request, bucket.where, 'the answer has no date');
    return { found: undefined, now };
  }
}

/** What a status alone may mean: the answer to a HEAD has no body, and so no word of why. */
const WORDLESS: ReadonlySet<Reason> = new Set(['forbidden-elsewhere', 'unknown', 'server']);

function isWordless(error: unknown): boolean {
  const refusal = refusalBehind(error);
  return refusal !== undefined && WORDLESS.has(refusal.reason) && !Number.isNaN(refusal.now);
}

/** Asks for one byte: a refusal of that has words, and is thrown. */
async function askForWords(bucket: Bucket, request: S3Request): Promise<void> {
  const command = new GetObjectCommand({
    Bucket: bucket.where.bucket,
    Key: bucket.prefix + request.key,
    ...bucket.storage.all,
    Range: 'bytes=0-0',
  });
  try {
    const { output } = await send(bucket, command, request);
    (output.Body as Readable).destroy();
  } catch (error) {
    const reason = refusalBehind(error)?.reason;
    if (reason !== 'missing' && reason !== 'range') throw error;
  }
}
