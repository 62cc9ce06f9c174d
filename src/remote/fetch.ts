import { collectAll } from '../buffer-collector.ts';
import type { Reporter } from '../report.ts';
import { holdsNothing } from '../store/list.ts';
import type { Store } from '../store/store.ts';
import { decoderFor } from './coder-threads.ts';
import { FetchAttempts } from './fetch-attempts.ts';
import type { Piece } from './fetch-pieces.ts';
import { runPipeline } from './fetch-pipeline.ts';
import { FetchProgress } from './fetch-progress.ts';
import { fetchRounds } from './fetch-rounds.ts';
import { PackReader } from './pack-reader.ts';
import type { Remote } from './remote.ts';
import { intakeFor } from './store-thread.ts';

/** From so many objects on their number is what takes memory. */
const MANY = 10_000;

export interface Wanted {
  readonly oid: string;
  /** Bytes of content, as the pointer says. */
  readonly size: number;
  /** One path that needs it, for messages. */
  readonly path?: string;
  /** A file that may get the bytes of a large object as they come, which must not exist: see `Store.write`. */
  readonly copyTo?: string | undefined;
}

/** An object that could not be had: no table knows it, what the tables name is gone, or what is there is not the object. */
export interface Missing extends Wanted {
  readonly reason: 'unknown' | 'gone' | 'corrupt';
}

/**
 * Called once for each oid as soon as its object is in the store, those that were there before included. `content` is the whole of it,
 * where that has just been in memory: the caller's until it returns.
 */
export type OnObject = (oid: string, content?: Buffer) => void;

export interface FetchOptions {
  readonly reporter: Reporter;
  readonly signal: AbortSignal;
  readonly onObject?: OnObject | undefined;
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
 * Brings the objects of `wanted` into the store: the fetcher's steps of docs/FORMAT.md. An object that the remote does not
 * have is in `missing`, not an error. If the network fails the backend's error is thrown, after what had arrived is in the
 * store; INTERRUPTED likewise.
 */
export async function fetchObjects(
  remote: Remote,
  store: Store,
  wanted: readonly Wanted[],
  options: FetchOptions,
): Promise<FetchSummary> {
  const distinct = oneOfEach(wanted);
  const absent = holdsNothing(store.folder)
    ? distinct
    : distinct.filter(({ oid, size }) => !store.has(oid, size));
  const progress = new FetchProgress(options.reporter, distinct);
  const before = remote.counts.get.bytes;
  try {
    const lacking = new Set(absent);
    for (const each of distinct) {
      if (lacking.has(each)) continue;
      progress.skip(each);
      options.onObject?.(each.oid);
    }
    const missing = absent.length === 0 ? [] : await bring(remote, store, absent, progress, options);
    const lost = new Set(missing.map(({ oid }) => oid));
    const brought = absent.filter(({ oid }) => !lost.has(oid));
    return {
      objects: brought.length,
      bytes: brought.reduce((sum, { size }) => sum + size, 0),
      downloadedBytes: remote.counts.get.bytes - before,
      missing,
    };
  } finally {
    progress.done();
  }
}

function oneOfEach(wanted: readonly Wanted[]): Wanted[] {
  const byOid = new Map<string, Wanted>();
  for (const each of wanted) if (each.copyTo !== undefined || !byOid.has(each.oid)) byOid.set(each.oid, each);
  return [...byOid.values()];
}

async function bring(
  remote: Remote,
  store: Store,
  wanted: readonly Wanted[],
  progress: FetchProgress,
  { reporter, signal, onObject }: FetchOptions,
): Promise<Missing[]> {
  // Before the first answers: a thread starts while they are on their way.
  const intake = intakeFor(store, wanted, remote.pace.storeThreads, ({ wanted: { oid } }, content) =>
    onObject?.(oid, content),
  );
  const bytes = wanted.reduce((sum, { size }) => sum + size, 0);
  const coder = decoderFor(bytes, remote.pace.decodeThreads);
  const reader = new PackReader(remote.backend, signal);
  const onPiece = (piece: Piece) => progress.piece(piece);
  const attempts = new FetchAttempts(wanted);
  try {
    await remote.beginReading();
    for await (const jobs of fetchRounds(remote, reader, attempts, reporter)) {
      await runPipeline(jobs, {
        store,
        intake,
        recipes: remote.recipes,
        reader,
        coder,
        pace: remote.pace,
        onPiece,
        onArrived: (bytes) => progress.arrived(bytes),
      });
    }
    // What was known of each object would else lie there beside what storing them ends with.
    if (wanted.length >= MANY) await collectAll();
  } finally {
    coder.close();
    await intake.close();
    remote.recipes.flush();
  }
  return attempts.missing();
}
