import { Assembler } from './fetch-assemble.ts';
import type { Job } from './fetch-job.ts';
import type { Piece } from './fetch-pieces.ts';
import { type PlainSources, plainPieces } from './fetch-plain.ts';

export interface PipelineParts extends Omit<PlainSources, 'hashed'> {
  /** Told of each piece that was taken in, and by `job.done` of each object: with its content, where that is in memory. */
  readonly onPiece: (piece: Piece, content?: Buffer) => void;
}

/** Runs all jobs to their objects in the store. Every job ends done or with a failure. */
export async function runPipeline(jobs: readonly Job[], parts: PipelineParts): Promise<void> {
  const assembler = new Assembler(parts.store);
  try {
    for await (const { piece, bytes } of plainPieces(jobs, { ...parts, hashed: true })) {
      let content: Buffer | undefined;
      if (typeof bytes === 'string') assembler.fail(piece.job, bytes);
      else content = assembler.append(piece, bytes);
      if (piece.job.failure === undefined) parts.onPiece(piece, content);
    }
  } finally {
    assembler.close();
  }
}
