import { isLodeError, type LodeError } from '../errors.ts';
import type { Backend, ListPage, PutResult } from './backend.ts';
import { bodySize, sizeConflict } from './keys.ts';
import { checkInterrupted, sleep as realSleep } from './sleep.ts';

const ATTEMPTS = 8;
/** Milliseconds. */
const FIRST_WAIT = 200;
const LONGEST_WAIT = 20_000;
const LONGEST_ASKED_WAIT = 60_000;
/** A store that has never answered is asked so often: a clone goes on without it. */
const ATTEMPTS_UNSEEN = 4;
/** One that has answered before is waited for so long while it cannot be reached: a network comes back, a server starts anew. */
const PATIENCE = 120_000;
const LONGEST_WAIT_FOR_IT = 5_000;
/** A store that is overrun needs more time than a connection that broke. */
const THROTTLED_FACTOR = 5;

export interface RetryEvent {
  /** What is done again, as people read it: `upload packs/ab…`. */
  readonly action: string;
  /** The try that failed, from 1. */
  readonly attempt: number;
  /** Milliseconds until the next. */
  readonly delay: number;
  readonly error: LodeError;
}

export interface RetryOptions {
  /** Tries in all of what the store refuses; 8 by default. */
  readonly attempts?: number;
  readonly signal?: AbortSignal;
  readonly onRetry?: (event: RetryEvent) => void;
  /** In [0, 1). */
  readonly random?: () => number;
  /** Milliseconds. */
  readonly clock?: () => number;
  /** Resolves after `ms`, rejects with `INTERRUPTED` when the signal fires. */
  readonly sleep?: (ms: number, signal?: AbortSignal) => Promise<void>;
}

/**
 * Repeats what failed with `retryable`, so many times, or, while a store that has answered before cannot be reached, for two
 * minutes in which nothing comes: a read goes on from the byte reached, a list behind the last key, and a write looks
 * first whether the file has arrived after all (the small request also brings out a refusal that a broken upload hides).
 */
export function withRetry(backend: Backend, options: RetryOptions = {}): Backend {
  const { attempts = ATTEMPTS, signal, onRetry, random = Math.random, sleep = realSleep } = options;
  const clock = options.clock ?? (() => performance.now());
  let isSeen = false;

  /** `reached`: how far the work has come; the store is there while that grows. */
  async function repeat<T>(
    action: string,
    work: (attempt: number) => Promise<T>,
    reached: () => number = () => 0,
  ): Promise<T> {
    let before: LodeError | undefined;
    let lostSince: number | undefined;
    let come = reached();
    for (let attempt = 1; ; attempt += 1) {
      checkInterrupted(signal);
      try {
        const result = await work(attempt);
        isSeen = true;
        return result;
      } catch (error) {
        if (!isLodeError(error)) throw error;
        const isLost = error.code === 'REMOTE_UNREACHABLE';
        if (reached() > come) {
          isSeen = true;
          lostSince = undefined;
        }
        come = reached();
        isSeen ||= !isLost;
        lostSince = isLost ? (lostSince ?? clock()) : undefined;
        const isPatient = lostSince !== undefined && isSeen;
        const most = isLost ? ATTEMPTS_UNSEEN : attempts;
        const isOver = isPatient ? clock() - lostSince! >= PATIENCE : attempt >= most;
        if (isOver || !mayRepeat(error, before)) throw error;
        const delay = waitBefore(attempt, error, random());
        onRetry?.({ action, attempt, delay, error });
        await sleep(delay, signal);
        before = error;
      }
    }
  }

  async function putAgain(...[key, body, sha256, onSent]: Parameters<Backend['put']>): Promise<PutResult> {
    const size = bodySize(body);
    const { found, now } = await backend.head(key);
    if (found === undefined) return backend.put(key, body, sha256, onSent);
    if (found.size !== size) throw sizeConflict(backend.url, key, found.size, size);
    return { outcome: 'exists', now };
  }

  return {
    url: backend.url,

    get(key, range, progress = { filled: 0 }) {
      return repeat(
        `download ${key}`,
        () => backend.get(key, range, progress),
        () => progress.filled,
      );
    },

    put(key, body, sha256, onSent) {
      return repeat(`upload ${key}`, (attempt) =>
        attempt === 1 ? backend.put(key, body, sha256, onSent) : putAgain(key, body, sha256, onSent),
      );
    },

    head(key) {
      return repeat(`look for ${key}`, () => backend.head(key));
    },

    async *list(prefix, after) {
      let last = after;
      let pages: AsyncIterator<ListPage> | undefined;
      const next = async () => {
        pages ??= backend.list(prefix, last)[Symbol.asyncIterator]();
        try {
          return await pages.next();
        } catch (error) {
          pages = undefined;
          throw error;
        }
      };
      try {
        for (;;) {
          const { done, value } = await repeat(`list ${prefix}`, next);
          if (done) return;
          last = value.entries.at(-1)?.key ?? last;
          yield value;
        }
      } finally {
        await pages?.return?.();
      }
    },

    delete(keys) {
      return repeat('delete', () => backend.delete(keys));
    },

    close: () => backend.close(),
  };
}

/** A wrong clock is corrected by the answer that complained of it: one more try tells whether that was all. */
function mayRepeat(error: LodeError, before: LodeError | undefined): boolean {
  if (!error.retryable) return false;
  return !(error.code === 'REMOTE_CLOCK' && before?.code === 'REMOTE_CLOCK');
}

/**
 * Milliseconds to wait after the `attempt`th try (from 1): full jitter, `random` in [0, 1) of an exponentially rising span,
 * added to what the store asked for.
 * https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
 */
export function waitBefore(attempt: number, error: LodeError, random: number): number {
  if (error.code === 'REMOTE_CLOCK') return 0;
  const first = error.code === 'REMOTE_THROTTLED' ? FIRST_WAIT * THROTTLED_FACTOR : FIRST_WAIT;
  const longest = error.code === 'REMOTE_UNREACHABLE' ? LONGEST_WAIT_FOR_IT : LONGEST_WAIT;
  const span = Math.min(longest, first * 2 ** (attempt - 1));
  return Math.min(LONGEST_ASKED_WAIT, error.retryAfter ?? 0) + Math.floor(random * span);
}
