import type { RemoteSettings } from '../config/settings.ts';
import type { Repository } from '../git/repository.ts';
import type { Reporter } from '../report.ts';
import type { Store } from '../store/store.ts';
import type { Remote } from './remote.ts';
import type { LocalClocks } from './store-clock.ts';

/** What a push gets from the command that runs it. */
export interface PushContext {
  readonly repository: Repository;
  readonly store: Store;
  readonly reporter: Reporter;
  readonly signal: AbortSignal;
  /** The data remote that is configured, accepted or not; undefined where there is none. Asks nobody. */
  readonly remoteSettings: () => Promise<RemoteSettings | undefined>;
  /**
   * Opens the data remote, or says why it may not be used. Called only if something may have to go there; the push
   * closes it.
   */
  readonly openRemote: () => Promise<Remote>;
  /** This machine's clocks, where a test has its own. */
  readonly clocks?: LocalClocks;
}

export interface PushOptions {
  /** Find out what would be uploaded, and upload nothing. */
  readonly dryRun?: boolean;
  /**
   * Do not take the git remote's refs for a proof that their data is there: a push with `--no-verify` leaves it behind.
   */
  readonly distrustRefs?: boolean;
}

export interface PushSummary {
  /** Objects that the pushed commits name and the git remote's refs did not. */
  readonly objects: number;
  /** Their content, in bytes. */
  readonly bytes: number;
  /** Those of them that the data remote lacked: they were uploaded (or would be, in a dry run). */
  readonly uploadedObjects: number;
  /** What was sent, in bytes, tables included. */
  readonly uploadedBytes: number;
  readonly packs: number;
  /** False if the data remote was never asked: there was nothing to do. */
  readonly requestsMade: boolean;
  /** Objects that are not in the local store; the data remote has them. */
  readonly missing: number;
}

export const NOTHING: PushSummary = {
  objects: 0,
  bytes: 0,
  uploadedObjects: 0,
  uploadedBytes: 0,
  packs: 0,
  requestsMade: false,
  missing: 0,
};
