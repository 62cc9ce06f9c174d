import { formatBytes, formatCount } from '../amounts.ts';
import type { Repository } from '../git/repository.ts';
import type { Reporter } from '../report.ts';
import type { Store } from '../store/store.ts';
import type { Wanted } from './fetch.ts';

/**
 * Brings missing objects from the repository's remote into the store. Resolves to the oids that the remote does not have. Throws
 * REMOTE_NOT_CONFIGURED, REMOTE_NOT_ACCEPTED, or why the remote could not be read. Everything it needs is loaded now.
 */
export async function bringObjects(
  repository: Repository,
  store: Store,
  wanted: readonly Wanted[],
  { reporter, signal, env }: BringOptions,
): Promise<ReadonlySet<string>> {
  const [{ requireRemote }, { openRemote }, { fetchObjects }] = await Promise.all([
    import('../config/acceptance.ts'),
    import('./remote.ts'),
    import('./fetch.ts'),
  ]);
  const settings = await requireRemote(repository, env, reporter);
  const remote = await openRemote(repository, settings, reporter);
  try {
    const { objects, downloadedBytes, missing } = await fetchObjects(remote, store, wanted, {
      reporter,
      signal,
    });
    if (objects > 0) {
      reporter.info(`${formatCount(objects, 'object')} downloaded, ${formatBytes(downloadedBytes)}`);
    }
    return new Set(missing.map(({ oid }) => oid));
  } finally {
    remote.close();
  }
}

export interface BringOptions {
  readonly reporter: Reporter;
  readonly signal: AbortSignal;
  readonly env: Readonly<Record<string, string | undefined>>;
}
