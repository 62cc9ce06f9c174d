import pLimit from 'p-limit';
import { isLodeError } from '../errors.ts';
import type { Backend } from './backend.ts';
import { pagesThrough } from './pages.ts';

export interface LimitOptions {
  /** Requests at once, at the most. */
  readonly concurrency: number;
}

/** A backend that knows how many requests it lets run at once now. */
export interface LimitedBackend extends Backend {
  readonly concurrency: number;
}

/**
 * Runs at most `concurrency` requests at once, in the order in which they came. Half as many after a request that the store
 * throttled or did not answer; one more after as many good ones in a row as run at once, as TCP does.
 */
export function withLimit(backend: Backend, options: LimitOptions): LimitedBackend {
  const limit = pLimit(options.concurrency);
  let good = 0;
  let halvings = 0;

  function run<T>(work: () => Promise<T>): Promise<T> {
    return limit(async () => {
      const before = halvings;
      try {
        const result = await work();
        rise();
        return result;
      } catch (error) {
        // Requests that ran when it was halved tell nothing about the half.
        if (isOverrun(error) && before === halvings) fall();
        throw error;
      }
    });
  }

  function rise(): void {
    good += 1;
    if (good < limit.concurrency || limit.concurrency >= options.concurrency) return;
    good = 0;
    limit.concurrency += 1;
  }

  function fall(): void {
    good = 0;
    halvings += 1;
    limit.concurrency = Math.max(1, Math.floor(limit.concurrency / 2));
  }

  return {
    url: backend.url,
    get concurrency() {
      return limit.concurrency;
    },
    get: (key, range, progress) => run(() => backend.get(key, range, progress)),
    put: (key, body, sha256, onSent) => run(() => backend.put(key, body, sha256, onSent)),
    head: (key) => run(() => backend.head(key)),
    list: (prefix, after) => pagesThrough(backend.list(prefix, after), run),
    delete: (keys) => run(() => backend.delete(keys)),
    close: () => backend.close(),
  };
}

function isOverrun(error: unknown): boolean {
  return (
    isLodeError(error, 'REMOTE_THROTTLED') || (isLodeError(error, 'REMOTE_UNREACHABLE') && error.retryable)
  );
}
