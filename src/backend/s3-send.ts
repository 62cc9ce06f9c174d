import type { Readable } from 'node:stream';
import type {
  $Command,
  S3Client,
  S3ClientResolvedConfig,
  ServiceInputTypes,
  ServiceOutputTypes,
} from '@aws-sdk/client-s3';
import { notS3, type S3Request, type S3Where, s3Error, unanswered, wrongAnswer } from './s3-errors.ts';
import type { Storage } from './s3-storage.ts';
import { type SilenceWatch, watchSilence } from './silence.ts';

type AnyCommand<I extends ServiceInputTypes, O extends ServiceOutputTypes> = $Command<
  I,
  O,
  S3ClientResolvedConfig,
  ServiceInputTypes,
  ServiceOutputTypes
>;

interface Response {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body?: { destroy?: () => void };
}

export interface Sent<O> {
  readonly output: O;
  readonly status: number;
  /** The answer's `Date`, in milliseconds since 1970. */
  readonly now: number;
}

/** A place in a bucket, and the way to it. */
export interface Bucket {
  readonly client: S3Client;
  readonly where: S3Where;
  /** What stands before every key: empty, or ending with a slash. */
  readonly prefix: string;
  /** What the settings add to requests. */
  readonly storage: Storage;
  readonly signal: AbortSignal | undefined;
  /** Milliseconds until an answer begins, at first. */
  readonly answer: number;
  /** Milliseconds that an answer's body may stay silent, at the most. */
  readonly stall: number;
  /** What this store turned out not to do. */
  readonly lacks: { conditions: boolean };
  /** How often it took a body and then fell silent, less how often it was in time since: the next one is given longer by that. */
  readonly silences: { put: number };
  /** Milliseconds until a download's answer begins, as `usualAnswer` has them; undefined before the first. */
  readonly answers: { usual: number | undefined };
}

/**
 * Sends one command once. Throws only LodeErrors: what the store or the network answered, and `REMOTE_UNREACHABLE` where the
 * answer is a web page, or does not begin within `patience`.
 */
export async function send<I extends ServiceInputTypes, O extends ServiceOutputTypes>(
  { client, where, signal }: Bucket,
  command: AnyCommand<I, O>,
  request: S3Request,
  patience?: Patience,
): Promise<Sent<O>> {
  let status = 0;
  let now = Number.NaN;
  command.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args);
      const response = result.response as Response;
      status = response.statusCode;
      now = Date.parse(response.headers.date ?? '');
      // What we store is never HTML; a load balancer's page for 500 and above passes by itself, and is left to its status.
      if (status < 500 && status !== 403 && isHtml(response)) {
        response.body?.destroy?.();
        throw notS3(request, where, status);
      }
      return result;
    },
    // Next to the wire: before the SDK takes the page for an empty list.
    { step: 'deserialize', priority: 'low', name: 'lodeAnswer' },
  );
  const silent = new AbortController();
  const watch = patience && watchAnswer(patience, () => silent.abort());
  try {
    const output = await client.send(command, { abortSignal: either(signal, watch && silent.signal) });
    if (Number.isNaN(now)) throw wrongAnswer(request, where, 'the answer has no date');
    return { output, status, now };
  } catch (error) {
    if (silent.signal.aborted && !signal?.aborted) throw unanswered(request, where, patience!.ms);
    throw s3Error(error, request, where);
  } finally {
    watch?.end();
  }
}

/** How long an answer may take to begin. */
export interface Patience {
  /** Milliseconds. */
  readonly ms: number;
  /**
   * The request's body: the time begins when it has been taken, and is longer by what that took. What a slow line has of it by then, in
   * the system's buffers, is not more than that.
   */
  readonly body?: Readable;
}

const LONGEST_ANSWER = 120_000;

/** How long the next answer may take, of a store that has fallen silent so often. */
export function patienceOf({ answer }: Bucket, silences: number): number {
  return Math.min(LONGEST_ANSWER, answer * 2 ** silences);
}

function watchAnswer({ ms, body }: Patience, stop: () => void): Pick<SilenceWatch, 'end'> {
  if (body === undefined) return watchSilence(ms, stop);
  const begun = performance.now();
  let watch: SilenceWatch | undefined;
  let over = false;
  body.once('end', () => {
    if (!over) watch = watchSilence(ms + performance.now() - begun, stop);
  });
  return {
    end() {
      over = true;
      watch?.end();
    },
  };
}

function either(one: AbortSignal | undefined, other: AbortSignal | undefined): AbortSignal | undefined {
  return one !== undefined && other !== undefined ? AbortSignal.any([one, other]) : (one ?? other);
}

function isHtml(response: Response): boolean {
  return /^text\/html\b/i.test(response.headers['content-type'] ?? '');
}
