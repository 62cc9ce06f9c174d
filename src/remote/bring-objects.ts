import { formatBytes, formatCount } from '../amounts.ts';
import type { Repository } from '../git/repository.ts';
import type { Reporter } from '../report.ts';
import type { Store } from '../store/store.ts';
import type { FetchSummary, OnObject, Wanted } from './fetch.ts';
import { throwIfNeverPushed } from './never-pushed.ts';

/** A remote that is open to be fetched from, as often as there is something to fetch. */
export interface OpenFetch {
  /** As `fetchFromRemote`. */
  fetch(wanted: readonly Wanted[], onObject?: OnObject): Promise<FetchSummary>;
  close(): void;
}

/** Opens the remote that the repository names. Everything it needs is loaded now. Errors as `fetchFromRemote`. */
export async function openFetch(
  repository: Repository,
  store: Store,
  { reporter, signal, env }: FetchContext,
): Promise<OpenFetch> {
  const [{ requireRemote }, { openRemote }, { fetchObjects }] = await Promise.all([
    import('../config/acceptance.ts'),
    import('./remote.ts'),
    import('./fetch.ts'),
  ]);
  const settings = await requireRemote(repository, env, reporter);
  const remote = await openRemote(repository, settings, reporter, { signal });
  return {
    async fetch(wanted, onObject) {
      const summary = await fetchObjects(remote, store, wanted, { reporter, signal, onObject });
      if (summary.missing.length > 0) await throwIfNeverPushed(remote, 'when it is back: git lode pull');
      return summary;
    },
    close: () => remote.close(),
  };
}

/**
 * Fetches from the remote that the repository names. Throws REMOTE_NOT_CONFIGURED, REMOTE_NOT_ACCEPTED, or why the remote could not
 * be read.
 */
export async function fetchFromRemote(
  repository: Repository,
  store: Store,
  wanted: readonly Wanted[],
  { onObject, ...context }: BringOptions,
): Promise<FetchSummary> {
  const remote = await openFetch(repository, store, context);
  try {
    return await remote.fetch(wanted, onObject);
  } finally {
    remote.close();
  }
}

/** As `fetchFromRemote`, with a line that says what came. Resolves to the oids that the remote does not have. */
export async function bringObjects(
  repository: Repository,
  store: Store,
  wanted: readonly Wanted[],
  options: BringOptions,
): Promise<ReadonlySet<string>> {
  const summary = await fetchFromRemote(repository, store, wanted, options);
  tellDownloaded(summary, options.reporter);
  return new Set(summary.missing.map(({ oid }) => oid));
}

/** The line that says what came. */
export function tellDownloaded(
  { objects, downloadedBytes }: Pick<FetchSummary, 'objects' | 'downloadedBytes'>,
  reporter: Reporter,
): void {
  if (objects > 0)
    reporter.info(`${formatCount(objects, 'object')} downloaded, ${formatBytes(downloadedBytes)}`);
}

export interface FetchContext {
  readonly reporter: Reporter;
  readonly signal: AbortSignal;
  readonly env: Readonly<Record<string, string | undefined>>;
}

export interface BringOptions extends FetchContext {
  readonly onObject?: OnObject | undefined;
}
