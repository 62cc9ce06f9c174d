import type { Backend } from '../backend/backend.ts';
import type { RemoteSettings } from '../config/settings.ts';
import { LodeError } from '../errors.ts';
import type { Repository } from '../git/repository.ts';
import type { Reporter } from '../report.ts';
import type { Sightings } from './sightings.ts';
import type { Tables } from './tables.ts';

/** The data remote as push and fetch see it: a backend, and what this client knows of it. */
export interface Remote {
  /** What a person calls it. */
  readonly url: string;
  readonly backend: Backend;
  /** `<sharedDir>/remotes/<first 16 hex digits of sha256(url)>`: only what can be had again from the remote. */
  readonly cacheDir: string;
  /** 16 random bytes, made once for this repository: the owner of its packs and push records. */
  readonly repositoryId: Buffer;
  readonly tables: Tables;
  readonly sightings: Sightings;
  /**
   * Checks `git-lode.json`: one GET the first time, none later. False if there is none, which is an empty remote.
   * FORMAT_UNKNOWN_VERSION if it was written by a later git-lode, REMOTE_FORMAT if it is something else.
   */
  checkFormat(): Promise<boolean>;
  /** As `checkFormat`, and puts the file if there is none. For the pusher. */
  ensureFormat(): Promise<void>;
  close(): void;
}

/** Opens the data remote. No request is made before one is needed. */
export function openRemote(
  _repository: Repository,
  _settings: RemoteSettings,
  _reporter: Reporter,
): Promise<Remote> {
  throw new LodeError('INTERNAL', 'not written yet');
}
