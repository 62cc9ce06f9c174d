import { isLodeError, LodeError } from '../errors.ts';
import { plainText } from './plain-text.ts';
import { failedBy } from './s3-failures.ts';
import type { CredentialsWay } from './s3-place.ts';
import { type Reason, reasonOf } from './s3-reasons.ts';
import type { Operation } from './with-count.ts';

/** What was tried, on what: everything that a person needs to find the fault. */
export interface S3Request {
  readonly operation: Operation;
  /** Without the remote's prefix; absent for a list. */
  readonly key?: string;
}

/** The bucket's side of every message. */
export interface S3Where {
  /** `s3://bucket/prefix` */
  readonly url: string;
  readonly bucket: string;
  /** As shown: the host's URL, or AWS's region. */
  readonly at: string;
  readonly profile: string | undefined;
  /** How the credentials are come by, where it is known; `none` where requests are not signed. */
  readonly credentials?: CredentialsWay | 'none' | undefined;
  /** The settings that say how the store is to keep what is written. */
  readonly keeping?: readonly string[];
}

/** What the SDK, its credential providers and Node put on their errors; nothing of it is text for people. */
interface Facts {
  readonly name: string;
  readonly status: number | undefined;
  readonly system: string | undefined;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly region: string | undefined;
}

const verbs: Readonly<Record<Operation, string>> = {
  get: 'read',
  put: 'write',
  head: 'look for',
  list: 'list',
  delete: 'delete from',
};

/**
 * An error of the SDK as a LodeError. Decides by names, codes and the HTTP status alone, and takes over none of the store's own
 * words: a store could echo a signature or a token in them.
 */
export function s3Error(error: unknown, request: S3Request, where: S3Where): LodeError {
  if (isLodeError(error)) return error;
  const facts = factsOf(error);
  return errorFor(reasonOf(facts.name, facts.status, facts.system), facts, request, where);
}

/** The error for one key of a DeleteObjects answer, whose failures come with status 200. */
export function s3ErrorByName(name: string, request: S3Request, where: S3Where): LodeError {
  const facts: Facts = { name, status: undefined, system: undefined, headers: {}, region: undefined };
  return errorFor(reasonOf(name, undefined, undefined), facts, request, where);
}

/** The error for an answer that no S3 store gives: a proxy's or a hotel's sign-in page, or a wrong endpoint. */
export function notS3(request: S3Request, where: S3Where, status?: number): LodeError {
  const seen = status === undefined ? '' : ` (${status})`;
  return new LodeError(
    'REMOTE_UNREACHABLE',
    `cannot ${subjectOf(request, where)}: what answered${seen} is not an S3 store`,
    {
      subject: where.url,
      hint: 'Check the endpoint, and whether a proxy or a sign-in page stands between this computer and the store.',
    },
  );
}

/** The error for an answer in S3's form that cannot be right. */
export function wrongAnswer(request: S3Request, where: S3Where, what: string): LodeError {
  return new LodeError('REMOTE_FORMAT', `cannot ${subjectOf(request, where)}: ${what}`, {
    subject: request.key ?? where.url,
    hint: 'Check the endpoint: this store, or what stands before it, does not behave as S3 does.',
  });
}

/** The error for a connection that broke, or fell silent, within a body. */
export function broken(request: S3Request, where: S3Where, how: string, cause?: unknown): LodeError {
  return new LodeError('REMOTE_UNREACHABLE', `cannot ${subjectOf(request, where)}: ${how}`, {
    subject: where.url,
    hint: 'Check the network, then run the command again: it goes on where it stopped.',
    retryable: true,
    ...(cause === undefined ? {} : { cause: new Refusal('broken', factsOf(cause), request.operation) }),
  });
}

/** The error for a request that got no answer within so many milliseconds. */
export function unanswered(request: S3Request, where: S3Where, ms: number): LodeError {
  const how = `the store did not answer for ${Math.round(ms / 1000)} s`;
  return broken(request, where, how, { name: SILENCE });
}

const SILENCE = 'Silence';

/** True if the store did not answer in time. */
export function isSilence(error: unknown): boolean {
  const refusal = refusalBehind(error);
  return refusal instanceof Refusal && refusal.silent;
}

function errorFor(reason: Reason, facts: Facts, request: S3Request, where: S3Where): LodeError {
  const { code, what, hint, retryable } = failedBy(reason, { ...facts, ...where, ...request });
  const retryAfter = retryAfterOf(facts.headers['retry-after']);
  return new LodeError(code, `cannot ${subjectOf(request, where)}: ${what}`, {
    subject: request.key ?? where.url,
    hint,
    retryable,
    cause: new Refusal(reason, facts, request.operation),
    ...(retryAfter === undefined ? {} : { retryAfter }),
  });
}

function subjectOf(request: S3Request, where: S3Where): string {
  const key = request.key === undefined ? '' : `${request.key} in `;
  return `${verbs[request.operation]} ${key}${where.url} at ${where.at}`;
}

/**
 * What stands behind a LodeError of this backend, as its `cause`. The SDK's own error is not kept: it holds the whole answer,
 * and the request with its signature hangs on that.
 */
class Refusal extends Error {
  readonly reason: Reason;
  readonly operation: Operation;
  /** The store's clock, in milliseconds since 1970; NaN where nothing was answered. */
  readonly now: number;
  readonly silent: boolean;

  constructor(reason: Reason, { name, status, system, headers }: Facts, operation: Operation) {
    const id = headers['x-amz-request-id'];
    super(
      [name, status, system, id === undefined ? undefined : `request ${id}`]
        .filter((part) => part !== undefined)
        .join(' '),
    );
    this.name = 'Refusal';
    this.reason = reason;
    this.operation = operation;
    this.silent = name === SILENCE;
    this.now = Date.parse(headers.date ?? '');
  }
}

/** Why, what, and at what time the store refused, if `error` tells of a refusal. */
export function refusalBehind(
  error: unknown,
): { reason: Reason; operation: Operation; now: number } | undefined {
  // Of whichever copy of this module: each of the program's files is bundled with its own.
  const cause = isLodeError(error) ? error.cause : undefined;
  return cause instanceof Error && cause.name === 'Refusal' ? (cause as Refusal) : undefined;
}

function factsOf(error: unknown): Facts {
  const { name, Code, code, cause, Region, $metadata, $response } = fieldsOf(error);
  const headers = fieldsOf(fieldsOf($response).headers);
  const status = fieldsOf($metadata).httpStatusCode ?? fieldsOf($response).statusCode;
  return {
    name: textOf(Code) ?? textOf(name) ?? 'Unknown',
    status: typeof status === 'number' ? status : undefined,
    system: textOf(code) ?? textOf(fieldsOf(cause).code),
    headers: Object.fromEntries(Object.entries(headers).map(([key, value]) => [key, textOf(value)])),
    region: regionOf(Region) ?? regionOf(headers['x-amz-bucket-region']),
  };
}

function fieldsOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? plainText(value) : undefined;
}

/** Only what is one: it stands in a command that people copy to their shell. */
function regionOf(value: unknown): string | undefined {
  return typeof value === 'string' && /^[a-z0-9][a-z0-9-]{0,62}$/.test(value) ? value : undefined;
}

/** Seconds or a date (RFC 9110, 10.2.3), as milliseconds from now. */
function retryAfterOf(header: string | undefined): number | undefined {
  if (header === undefined) return undefined;
  const ms = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - Date.now();
  return Number.isFinite(ms) ? Math.max(0, ms) : undefined;
}
