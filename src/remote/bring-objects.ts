import { downloadedLine } from '../amounts.ts';
import { isLodeError } from '../errors.ts';
import type { Repository } from '../git/repository.ts';
import type { Reporter } from '../report.ts';
import type { Store } from '../store/store.ts';
import type { FetchSummary, OnObject, Wanted } from './fetch.ts';
import { throwIfNeverPushed } from './never-pushed.ts';

/**
 * Fetches from the remote that the repository names. Throws REMOTE_NOT_CONFIGURED, REMOTE_NOT_ACCEPTED, or why the remote could not
 * be read. Everything it needs is loaded now, while what is wanted may still be looked for.
 */
export async function fetchFromRemote(
  repository: Repository,
  store: Store,
  wanted: readonly Wanted[] | Promise<readonly Wanted[]>,
  { reporter, signal, env, onObject, onRemote, version }: BringOptions,
): Promise<FetchSummary> {
  const [{ remoteIdentity, requireRemote }, { openRemote }, { fetchObjects }] = await Promise.all([
    import('../config/acceptance.ts'),
    import('./remote.ts'),
    import('./fetch.ts'),
  ]);
  const settings = await requireRemote(repository, env, reporter, version);
  onRemote?.(remoteIdentity(settings));
  const remote = await openRemote(repository, settings, reporter, { signal });
  try {
    const summary = await fetchObjects(remote, store, await wanted, { reporter, signal, onObject });
    if (summary.missing.length > 0) await throwIfNeverPushed(remote, 'when it is back: git lode pull');
    return summary;
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
  const { objects, downloadedBytes, missing } = await fetchFromRemote(repository, store, wanted, options);
  if (objects > 0) options.reporter.info(downloadedLine(objects, downloadedBytes));
  return new Set(missing.map(({ oid }) => oid));
}

/** Which remote a fetch would ask, as `onRemote` is told; undefined if none may be asked. */
export async function currentRemote(
  repository: Repository,
  env: BringOptions['env'],
): Promise<string | undefined> {
  const { remoteIdentity, requireRemote } = await import('../config/acceptance.ts');
  try {
    return remoteIdentity(await requireRemote(repository, env));
  } catch (error) {
    if (isLodeError(error)) return undefined;
    throw error;
  }
}

export interface BringOptions {
  readonly reporter: Reporter;
  readonly signal: AbortSignal;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly onObject?: OnObject | undefined;
  /** Told which remote is asked, before it is. */
  readonly onRemote?: ((identity: string) => void) | undefined;
  /** The commit or tree that is being checked out, where the committed configuration may not be in the working tree yet. */
  readonly version?: string | undefined;
}
