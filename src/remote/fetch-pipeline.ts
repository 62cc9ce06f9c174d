import { setImmediate } from 'node:timers/promises';
import type { Codec } from '../format/codec.ts';
import type { Store } from '../store/store.ts';
import { Assembler } from './fetch-assemble.ts';
import { Decoder } from './fetch-decode.ts';
import { download } from './fetch-download.ts';
import type { Job } from './fetch-job.ts';
import { type Piece, piecesOf } from './fetch-pieces.ts';
import { windowsOf } from './fetch-windows.ts';
import { LocalChunks } from './local-chunks.ts';
import type { PackReader } from './pack-reader.ts';
import type { RecipeCache } from './recipe-cache.ts';

export interface PipelineParts {
  readonly store: Store;
  readonly recipes: RecipeCache;
  readonly reader: PackReader;
  readonly codec: Codec;
  /** Told of each piece that was written, and by `job.done` of each object. */
  readonly onPiece: (piece: Piece) => void;
}

/**
 * Pieces, windows, downloads, plain bytes, objects: runs all jobs through the stages, each of which pulls from the one before,
 * so that what is held in memory is bounded. Every job ends done or with a failure.
 */
export async function runPipeline(jobs: readonly Job[], parts: PipelineParts): Promise<void> {
  const { store, recipes, reader, codec } = parts;
  const local = new LocalChunks(store, recipes);
  const decoder = new Decoder(codec, local, reader);
  const assembler = new Assembler(store);
  try {
    const windows = windowsOf(piecesOf(jobs, { recipes, reader, local }));
    for await (const { window, ranges } of download(windows, reader)) {
      for (const piece of window.pieces) {
        if (piece.job.failure !== undefined) continue;
        const bytes = await decoder.decode(piece, ranges);
        if (typeof bytes === 'string') assembler.fail(piece.job, bytes);
        else assembler.append(piece, bytes);
        if (piece.job.failure === undefined) parts.onPiece(piece);
      }
      // What is done here blocks; the sockets of the reads that are under way want their turn.
      await setImmediate();
    }
  } finally {
    assembler.close();
    local.close();
  }
  for (const job of jobs) if (!job.done) job.failure ??= 'unreached';
}
