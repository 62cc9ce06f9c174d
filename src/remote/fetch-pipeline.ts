import { setImmediate } from 'node:timers/promises';
import { HeapCollector } from '../buffer-collector.ts';
import type { Intake } from './fetch-intake.ts';
import { endJobs, type Job } from './fetch-job.ts';
import type { Piece } from './fetch-pieces.ts';
import { type PlainSources, plainPieces } from './fetch-plain.ts';

export interface PipelineParts extends Omit<PlainSources, 'hashed' | 'consumer'> {
  readonly intake: Intake;
  /** Told of each piece that was taken in. */
  readonly onPiece: (piece: Piece) => void;
}

/** What is done with a piece blocks: a turn of the event loop at least this often, for signals and sockets. */
const TURN_MS = 50;

/** Runs all jobs to their objects in the store. Every job ends done or with a failure. */
export async function runPipeline(jobs: readonly Job[], parts: PipelineParts): Promise<void> {
  const { intake, onPiece } = parts;
  const sources = { ...parts, hashed: true, consumer: intake };
  const heap = new HeapCollector();
  let turn = performance.now();
  for await (const { piece, bytes } of plainPieces(jobs, sources)) {
    if (typeof bytes === 'string') intake.fail(piece.job, bytes);
    else await intake.append(piece, bytes);
    if (piece.job.failure === undefined) onPiece(piece);
    if (performance.now() - turn < TURN_MS) continue;
    await setImmediate();
    heap.check();
    turn = performance.now();
  }
  await intake.settled();
  endJobs(jobs);
}
