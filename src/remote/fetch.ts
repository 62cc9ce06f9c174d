import { LodeError } from '../errors.ts';
import type { Reporter } from '../report.ts';
import type { Store } from '../store/store.ts';
import type { Remote } from './remote.ts';

export interface Wanted {
  readonly oid: string;
  /** Bytes of content, as the pointer says. */
  readonly size: number;
  /** One path that needs it, for messages. */
  readonly path?: string;
}

/** An object that could not be had: no table knows it, what the tables name is gone, or what is there is not the object. */
export interface Missing extends Wanted {
  readonly reason: 'unknown' | 'gone' | 'corrupt';
}

export interface FetchOptions {
  readonly reporter: Reporter;
  readonly signal: AbortSignal;
  /** Called once for each oid as soon as its object is in the store, those that were there before included. */
  readonly onObject?: (oid: string) => void;
}

export interface FetchSummary {
  /** Objects that came in; those that were here already are not counted. */
  readonly objects: number;
  /** Their content, in bytes. */
  readonly bytes: number;
  /** What was received for it, in bytes, tables and recipes included. */
  readonly downloadedBytes: number;
  readonly missing: readonly Missing[];
}

/**
 * Brings the objects of `wanted` into the store: the fetcher's steps of docs/FORMAT.md. An object that the remote does not have is in
 * `missing`, not an error. If the network fails the backend's error is thrown, after what had arrived is in the store.
 */
export function fetchObjects(
  _remote: Remote,
  _store: Store,
  _wanted: readonly Wanted[],
  _options: FetchOptions,
): Promise<FetchSummary> {
  throw new LodeError('INTERNAL', 'not written yet');
}
