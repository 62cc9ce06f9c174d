import type { Backend } from './backend.ts';
import { bodySize } from './keys.ts';
import { pagesThrough } from './pages.ts';

export type Operation = 'get' | 'put' | 'head' | 'list' | 'delete';

/** Requests begun and bytes moved, by operation. A page of a list is one request. */
export type RequestCounts = Record<Operation, { requests: number; bytes: number }>;

export function newCounts(): RequestCounts {
  const zero = () => ({ requests: 0, bytes: 0 });
  return { get: zero(), put: zero(), head: zero(), list: zero(), delete: zero() };
}

export function totalRequests(counts: RequestCounts): number {
  return Object.values(counts).reduce((sum, { requests }) => sum + requests, 0);
}

/** Counts into `counts`; failed requests count as requests, but not their bytes. */
export function withCount(backend: Backend, counts: RequestCounts): Backend {
  return {
    url: backend.url,
    async get(key, range, progress) {
      counts.get.requests += 1;
      const result = await backend.get(key, range, progress);
      counts.get.bytes += result.bytes.length;
      return result;
    },
    async put(key, body, sha256, onSent) {
      counts.put.requests += 1;
      const result = await backend.put(key, body, sha256, onSent);
      if (result.outcome === 'created') counts.put.bytes += bodySize(body);
      return result;
    },
    async head(key) {
      counts.head.requests += 1;
      return backend.head(key);
    },
    list(prefix, after) {
      return pagesThrough(backend.list(prefix, after), async (next) => {
        counts.list.requests += 1;
        const page = await next();
        // What follows the last page is no request.
        if (page.done) counts.list.requests -= 1;
        return page;
      });
    },
    async delete(keys) {
      counts.delete.requests += 1;
      await backend.delete(keys);
    },
    close: () => backend.close(),
  };
}
