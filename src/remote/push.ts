import type { Backend } from '../backend/backend.ts';
import { LodeError } from '../errors.ts';
import type { GitRemote } from '../git/refs.ts';
import type { Repository } from '../git/repository.ts';
import type { Reporter } from '../report.ts';
import type { Store } from '../store/store.ts';
import type { RefUpdate } from './push-updates.ts';

export interface PushContext {
  readonly repository: Repository;
  readonly store: Store;
  /** Opens the data remote; called at most once, and only if something may have to go there. */
  readonly openRemote: () => Promise<Backend>;
  readonly reporter: Reporter;
  readonly signal: AbortSignal;
}

export interface PushOptions {
  /** Find out what would be uploaded, and upload nothing. */
  readonly dryRun?: boolean;
}

export interface PushSummary {
  /** Objects that the pushed commits name and the git remote's refs did not. */
  readonly objects: number;
  /** Their content, in bytes. */
  readonly bytes: number;
  /** What was sent, in bytes, tables included. */
  readonly uploadedBytes: number;
  readonly packs: number;
  /** False if the data remote was never asked: there was nothing to do. */
  readonly requestsMade: boolean;
  /** Objects that are not in the local store; the data remote has them. */
  readonly missing: number;
}

/**
 * Uploads what the commits of `updates` need and the data remote lacks: the pusher's steps 1 to 8 of docs/FORMAT.md. When it resolves git may
 * move the remote's refs. OBJECT_MISSING if an object is neither here nor there, OBJECT_CORRUPT if a local copy is rotten.
 */
export async function pushObjects(
  _context: PushContext,
  _gitRemote: GitRemote,
  _updates: readonly RefUpdate[],
  _options: PushOptions = {},
): Promise<PushSummary> {
  throw new LodeError('INTERNAL', 'not written yet');
}

/** As `pushObjects`, for what `git push <remote> <ref>…` would push; without refs, every branch and tag. */
export async function pushRefs(
  _context: PushContext,
  _gitRemote: GitRemote,
  _refs: readonly string[],
  _options: PushOptions = {},
): Promise<PushSummary> {
  throw new LodeError('INTERNAL', 'not written yet');
}

/** What a push of the current branch to `gitRemoteName` would have to look at, by the remote-tracking refs alone: no network. */
export async function pendingUploads(
  _repository: Repository,
  _gitRemoteName: string,
): Promise<{ readonly objects: number; readonly bytes: number }> {
  throw new LodeError('INTERNAL', 'not written yet');
}
