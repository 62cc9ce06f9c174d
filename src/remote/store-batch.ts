import type { Job } from './fetch-job.ts';
import type { SharedPart } from './store-worker.ts';

/** A part on its way to the thread. */
export interface SentPart extends Omit<SharedPart, 'oid' | 'size'> {
  readonly job: Job;
  length: number;
  last: boolean;
}

/** Parts in one piece of memory: a slot, or what the bytes came in. */
export interface Batch {
  readonly memory: SharedArrayBuffer;
  readonly isSlot: boolean;
  readonly parts: SentPart[];
  bytes: number;
}

/** Notes more bytes of a batch: those that go on where the last ended are one part with them. */
export function note(batch: Batch, part: SentPart): void {
  const before = batch.parts.at(-1);
  batch.bytes += part.length;
  const goesOn =
    before?.job === part.job &&
    before.offset + before.length === part.offset &&
    before.start + before.length === part.start;
  if (goesOn) before.length += part.length;
  else batch.parts.push(part);
}
