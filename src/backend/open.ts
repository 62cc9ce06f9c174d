import type { Network } from '../config/network.ts';
import type { RemoteSettings } from '../config/settings.ts';
import type { Backend } from './backend.ts';
import { type RequestCounts, withCount } from './with-count.ts';
import { withLimit } from './with-limit.ts';
import { type RetryEvent, withRetry } from './with-retry.ts';

const CONCURRENCY = 16;

export interface OpenOptions {
  /** Ends waits and requests with `INTERRUPTED`. */
  readonly signal?: AbortSignal;
  /** Requests at once, over all callers; 16 by default. Falls while the store is slow. */
  readonly concurrency?: number;
  /** Counts every request into here, repeated ones too. */
  readonly counts?: RequestCounts;
  /** How the host of a URL is reached: through a proxy, with certificates of one's own; straight without it. */
  readonly network?: (url: string) => Network;
  /** Told of every wait before a repeated request. */
  readonly onRetry?: (event: RetryEvent) => void;
}

/**
 * Opens the data remote, with retry and the limit around it. Makes no request itself; a folder that does not exist is made by
 * the first put, if the folder that holds it exists. For S3 sets `AWS_PROFILE` of this process.
 * Errors: `REMOTE_AUTH` for a profile that does not exist, `CONFIG_INVALID` for an endpoint that is no URL.
 */
export async function openBackend(settings: RemoteSettings, options: OpenOptions = {}): Promise<Backend> {
  const { signal, concurrency = CONCURRENCY, counts, onRetry, network } = options;
  const store = await openStore(settings, {
    ...(signal === undefined ? {} : { signal }),
    ...(network === undefined ? {} : { network }),
  });
  const counted = counts === undefined ? store : withCount(store, counts);
  // Retry is outermost: a request that waits for its next try holds no place of the limit.
  return withRetry(withLimit(counted, { concurrency }), {
    ...(signal === undefined ? {} : { signal }),
    ...(onRetry === undefined ? {} : { onRetry }),
  });
}

/** Imported when chosen: the SDK takes longer to load than a folder takes to read. */
async function openStore(
  settings: RemoteSettings,
  options: Pick<OpenOptions, 'signal' | 'network'>,
): Promise<Backend> {
  if (settings.kind === 'directory') {
    const { openDirectory } = await import('./directory.ts');
    return openDirectory(settings);
  }
  const { openS3 } = await import('./s3.ts');
  return openS3(settings, options);
}
