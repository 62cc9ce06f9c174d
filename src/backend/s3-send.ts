import type {
  $Command,
  S3Client,
  S3ClientResolvedConfig,
  ServiceInputTypes,
  ServiceOutputTypes,
} from '@aws-sdk/client-s3';
import { notS3, type S3Request, type S3Where, s3Error, wrongAnswer } from './s3-errors.ts';
import type { Storage } from './s3-storage.ts';

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
  /** Milliseconds that an answer's body may stay silent. */
  readonly stall: number;
  /** What this store turned out not to do. */
  readonly lacks: { conditions: boolean };
}

/**
 * Sends one command once. Throws only LodeErrors: what the store or the network answered, and `REMOTE_UNREACHABLE` where the
 * answer is a web page.
 */
export async function send<I extends ServiceInputTypes, O extends ServiceOutputTypes>(
  { client, where, signal }: Bucket,
  command: AnyCommand<I, O>,
  request: S3Request,
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
  try {
    const output = await client.send(command, signal === undefined ? {} : { abortSignal: signal });
    if (Number.isNaN(now)) throw wrongAnswer(request, where, 'the answer has no date');
    return { output, status, now };
  } catch (error) {
    throw s3Error(error, request, where);
  }
}

function isHtml(response: Response): boolean {
  return /^text\/html\b/i.test(response.headers['content-type'] ?? '');
}
