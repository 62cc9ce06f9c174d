import type { ByteRange } from '../backend/backend.ts';
import { BufferCollector } from '../buffer-collector.ts';
import { LodeError } from '../errors.ts';
import { decoderFor } from './coder-threads.ts';
import type { Missing, Wanted } from './fetch.ts';
import { FetchAttempts } from './fetch-attempts.ts';
import { endJobs } from './fetch-job.ts';
import { immediate, plainPieces } from './fetch-plain.ts';
import { fetchRounds } from './fetch-rounds.ts';
import { throwIfNeverPushed } from './never-pushed.ts';
import { PackReader } from './pack-reader.ts';
import type { RangeSources } from './read-range.ts';

/**
 * A range of an object by the stages of a fetch. Where a chunk cannot be had from one of the object's places, it goes on from the byte
 * reached with the next place.
 */
export async function* readFromRemote(
  wanted: Wanted,
  range: ByteRange,
  { store, openRemote, reporter, signal }: RangeSources,
): AsyncGenerator<Buffer, void, undefined> {
  const remote = await openRemote();
  await remote.beginReading();
  const coder = decoderFor(range.length, remote.pace.decodeThreads);
  const reader = new PackReader(remote.backend, signal);
  const collector = new BufferCollector();
  const attempts = new FetchAttempts([wanted]);
  const end = range.offset + range.length;
  let at = range.offset;
  try {
    for await (const jobs of fetchRounds(remote, reader, attempts, reporter)) {
      for (const job of jobs) job.range = { offset: at, length: end - at };
      const sources = {
        store,
        recipes: remote.recipes,
        reader,
        coder,
        pace: remote.pace,
        hashed: false,
        consumer: immediate,
      };
      for await (const { piece, bytes } of plainPieces(jobs, sources)) {
        if (typeof bytes === 'string') {
          piece.job.failure = bytes;
          continue;
        }
        const part = bytes.subarray(at - piece.offset, end - piece.offset);
        at += part.length;
        piece.job.done = at === end;
        if (piece.chunk.kind === 0) collector.after(part.length);
        yield piece.chunk.kind === 0 ? Buffer.from(part) : part;
      }
      endJobs(jobs);
    }
  } finally {
    coder.close();
    remote.recipes.flush();
  }
  const [missing] = attempts.missing();
  if (missing === undefined) return;
  if (missing.reason !== 'corrupt') await throwIfNeverPushed(remote, 'when it is back, try again');
  throw missingError(missing);
}

function missingError({ oid, path, reason }: Missing): LodeError {
  const subject = path ?? oid;
  const hint = 'in a clone that has it: git lode push';
  return reason === 'corrupt'
    ? new LodeError('OBJECT_CORRUPT', 'what the remote holds is not the content', { subject, hint })
    : new LodeError('OBJECT_MISSING', 'the content is neither here nor on the remote', { subject, hint });
}
