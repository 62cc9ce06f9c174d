import { Assembler } from './fetch-assemble.ts';
import type { Job } from './fetch-job.ts';
import type { Piece } from './fetch-pieces.ts';
import { type PlainSources, plainPieces } from './fetch-plain.ts';

export interface PipelineParts extends Omit<PlainSources, 'hashed'> {
  /** Told of each piece that was written, and by `job.done` of each object. */
  readonly onPiece: (piece: Piece) => void;
}

/** Runs all jobs to their objects in the store. Every job ends done or with a failure. */
export async function runPipeline(jobs: readonly Job[], parts: PipelineParts): Promise<void> {
  const assembler = new Assembler(parts.store);
  try {
    for await (const { piece, bytes } of plainPieces(jobs, { ...parts, hashed: true })) {
      if (typeof bytes === 'string') assembler.fail(piece.job, bytes);
      else assembler.append(piece, bytes);
      if (piece.job.failure === undefined) parts.onPiece(piece);
    }
  } finally {
    assembler.close();
  }
}
