import { setImmediate } from 'node:timers/promises';
import type { Store } from '../store/store.ts';
import type { ChunkDecoder } from './coder.ts';
import { Decoder } from './fetch-decode.ts';
import { download } from './fetch-download.ts';
import type { Job } from './fetch-job.ts';
import { type Piece, piecesOf } from './fetch-pieces.ts';
import { isHere, windowsOf } from './fetch-windows.ts';
import { inOrder } from './in-order.ts';
import { LocalChunks } from './local-chunks.ts';
import type { Pace } from './pace.ts';
import type { OnBytes, PackReader } from './pack-reader.ts';
import type { Failure } from './ranges.ts';
import type { RecipeCache } from './recipe-cache.ts';

export interface PlainSources {
  readonly store: Store;
  readonly recipes: RecipeCache;
  readonly reader: PackReader;
  readonly coder: ChunkDecoder;
  /** Of the windows that are on their way or wait to be assembled. */
  readonly pace: Pick<Pace, 'windows' | 'windowBytes'>;
  /** True if whoever takes the pieces hashes whole objects: no chunk is hashed beside that. */
  readonly hashed: boolean;
  readonly consumer: Consumer;
  /** Told of content as it comes, before its pieces are there. */
  readonly onArrived?: OnBytes | undefined;
}

/** Whoever takes the pieces, and may work on them after that. */
export interface Consumer {
  /** Resolves when the objects whose pieces have all been taken can be read from the store. */
  settled(): Promise<void>;
  /** Resolves when the bytes that were given by now are not needed any more. */
  released(): Promise<void>;
}

/** One that is done with a piece when it asks for the next. */
export const immediate: Consumer = { settled: async () => {}, released: async () => {} };

/** A piece and the bytes of its chunk, or why they cannot be had. They may change when they are released. */
export interface PlainPiece {
  readonly piece: Piece;
  readonly bytes: Buffer | Failure;
}

/**
 * Pieces, windows, downloads, plain bytes: runs all jobs through the stages, each of which pulls from the one before, so that what
 * is held in memory is bounded. An object's pieces come in order, one object after the other; none comes of a job that has a failure,
 * which whoever takes them sets where `bytes` is one.
 */
export async function* plainPieces(
  jobs: readonly Job[],
  { store, recipes, reader, coder, pace, hashed, consumer, onArrived }: PlainSources,
): AsyncGenerator<PlainPiece, void, undefined> {
  const local = new LocalChunks(store, recipes);
  // Only who makes objects whole may take over what is left of one.
  const partials = hashed ? store : undefined;
  const decoder = new Decoder(coder, local, reader, hashed);
  const windows = windowsOf(piecesOf(jobs, { recipes, reader, local, partials }), pace.windowBytes);
  const closePartials = () => {
    for (const { partial } of jobs) partial?.close();
  };
  try {
    for await (const { window, ranges, keep } of download(windows, reader, pace, onArrived)) {
      const wanted = piecesWanted(window.pieces);
      const work = async (piece: Piece) => {
        if (isHere(piece)) await consumer.settled();
        return { piece, bytes: await decoder.decode(piece, ranges) };
      };
      for await (const plain of inOrder(wanted, { width: coder.width, work, waits: isHere })) {
        if (plain.piece.job.failure === undefined) yield plain;
      }
      keep(consumer.released());
      // What is done here blocks; the sockets of the reads that are under way want their turn.
      await setImmediate();
    }
  } finally {
    local.close();
    closePartials();
    // A window that was asked for meanwhile, and that nobody wants any more, may open another.
    windows.return(undefined).then(closePartials, () => {});
  }
}

/** Of the jobs that have no failure by the time. */
function* piecesWanted(pieces: readonly Piece[]): Generator<Piece> {
  for (const piece of pieces) if (piece.job.failure === undefined) yield piece;
}
