import type { RemoteSettings } from '../config/settings.ts';
import { LodeError } from '../errors.ts';
import type { Backend } from './backend.ts';
import type { RequestCounts } from './with-count.ts';
import type { RetryEvent } from './with-retry.ts';

export interface OpenOptions {
  /** Ends waits and requests with `INTERRUPTED`. */
  readonly signal?: AbortSignal;
  /** Requests at once, over all callers; 16 by default. Falls while the store is slow. */
  readonly concurrency?: number;
  /** Counts every request into here, repeated ones too. */
  readonly counts?: RequestCounts;
  /** Told of every wait before a repeated request. */
  readonly onRetry?: (event: RetryEvent) => void;
}

/**
 * Opens the data remote, with retry and the limit around it. Makes no request itself; a folder that does not exist is made by
 * the first put. Errors: `REMOTE_AUTH` for a profile that does not exist, `CONFIG_INVALID` for an endpoint that is no URL.
 */
export async function openBackend(settings: RemoteSettings, _options: OpenOptions = {}): Promise<Backend> {
  throw new LodeError('INTERNAL', `no backend for ${settings.kind} yet`);
}
