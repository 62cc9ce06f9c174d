import { createHash } from 'node:crypto';
import path from 'node:path';
import type { Backend } from '../backend/backend.ts';
import { type OpenOptions, openBackend } from '../backend/open.ts';
import { newCounts, type RequestCounts, withCount } from '../backend/with-count.ts';
import { remoteIdentity } from '../config/acceptance.ts';
import { networkFor } from '../config/network.ts';
import type { RemoteSettings } from '../config/settings.ts';
import { inside } from '../git/inside.ts';
import type { Repository } from '../git/repository.ts';
import type { Reporter } from '../report.ts';
import { checkFormat, ensureFormat } from './format-file.ts';
import { FOLDER_PACE, type Pace, paceFor } from './pace.ts';
import { RecipeCache } from './recipe-cache.ts';
import { Sightings } from './sightings.ts';
import { Tables } from './tables.ts';

/** The data remote as push and fetch see it: a backend, and what this client knows of it. */
export interface Remote {
  /** What a person calls it. */
  readonly url: string;
  readonly backend: Backend;
  readonly pace: Pace;
  /** `<sharedDir>/remotes/<first 16 hex digits of the SHA-256 of the remote's identity>`: only what can be had again from the remote. */
  readonly cacheDir: string;
  /** What has been asked of the remote, and the bytes that came and went. */
  readonly counts: RequestCounts;
  readonly tables: Tables;
  readonly recipes: RecipeCache;
  readonly sightings: Sightings;
  /**
   * Checks `git-lode.json`: asks the first time, not later. False if there is none, which is an empty remote.
   * FORMAT_UNKNOWN_VERSION if it was written by a later git-lode, FORMAT_INVALID if it is something else.
   */
  checkFormat(): Promise<boolean>;
  /** As `checkFormat`, while the listing that the first look-up needs is on its way. For whoever will look something up. */
  beginReading(): Promise<void>;
  /** As `checkFormat`, and puts the file if there is none. For the pusher. */
  ensureFormat(): Promise<void>;
  close(): void;
}

/** Opens the data remote. No request is made, and nothing written, before it is needed. Errors as `openBackend`. */
export async function openRemote(
  repository: Repository,
  settings: RemoteSettings,
  reporter: Reporter,
  options: OpenOptions = {},
): Promise<Remote> {
  let told = false;
  const onRetry: OpenOptions['onRetry'] = (event) => {
    options.onRetry?.(event);
    if (told || event.attempt < PATIENCE) return;
    told = true;
    reporter.info(`${settings.url} does not answer as it should (${event.error.message}); trying on`);
  };
  const network = (url: string) => networkFor(inside(repository), url);
  const backend = await openBackend(settings, { network, ...options, onRetry });
  const own = { identity: remoteIdentity(settings), pace: paceFor(settings) };
  return remoteOver(backend, repository.sharedDir, reporter, own);
}

/** Said only once the wait is long enough for a person to notice it. */
const PATIENCE = 3;

/**
 * A remote over a backend that is open already. `identity` tells it from every other: the same bucket and prefix may be on two endpoints,
 * and what was seen at one says nothing of the other.
 */
export function remoteOver(
  inner: Backend,
  sharedDir: string,
  reporter: Reporter,
  { identity = inner.url, pace = FOLDER_PACE }: { identity?: string; pace?: Pace } = {},
): Remote {
  const counts = newCounts();
  const backend = withCount(inner, counts);
  const folder = createHash('sha256').update(identity).digest('hex').slice(0, 16);
  const cacheDir = path.join(sharedDir, 'remotes', folder);
  const tables = new Tables(backend, path.join(cacheDir, 'tables'), reporter);
  return {
    url: backend.url,
    backend,
    pace,
    cacheDir,
    counts,
    tables,
    recipes: new RecipeCache(path.join(cacheDir, 'recipes')),
    sightings: new Sightings(path.join(cacheDir, 'sightings')),
    checkFormat: () => checkFormat(backend, cacheDir),
    async beginReading() {
      // Both to their ends, so that nothing is tried on behind the failure of the other.
      const [format] = await Promise.allSettled([checkFormat(backend, cacheDir), tables.listAhead()]);
      if (format.status === 'rejected') throw format.reason;
    },
    ensureFormat: () => ensureFormat(backend, cacheDir),
    close: () => backend.close(),
  };
}
