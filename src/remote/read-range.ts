import { createHash } from 'node:crypto';
import type { ByteRange } from '../backend/backend.ts';
import { BufferCollector } from '../buffer-collector.ts';
import { LodeError } from '../errors.ts';
import type { Reporter } from '../report.ts';
import type { Store, StoredObject } from '../store/store.ts';
import type { Wanted } from './fetch.ts';
import { readFromRemote } from './read-remote.ts';
import type { Remote } from './remote.ts';

/** What is read from the store at once. */
const PIECE_BYTES = 1024 * 1024;

export interface RangeSources {
  readonly store: Store;
  /** Opens the data remote: called only if the store does not have the object. Whoever opened it closes it. */
  readonly openRemote: () => Promise<Remote>;
  readonly reporter: Reporter;
  readonly signal: AbortSignal;
}

/**
 * The bytes of a range of an object, in order, in Buffers that are the caller's own: 1 MiB at the most each, and read ahead within
 * bounds. Comes from the store if the object is there; else only those chunks that hold bytes of the range, and their bases, are read
 * from the remote, or from other objects here that contain them. Nothing enters the store. Each chunk of the remote's is checked against
 * its hash before its bytes are given; a range that is the whole object is also checked against the oid, at its end.
 * Throws OBJECT_MISSING, OBJECT_CORRUPT, INTERRUPTED, USAGE for a range that the object does not have, or why the remote cannot be read.
 */
export async function* readRange(
  object: Wanted,
  range: ByteRange,
  sources: RangeSources,
): AsyncGenerator<Buffer, void, undefined> {
  const { oid, size, path } = object;
  const { offset, length } = range;
  if (!Number.isSafeInteger(offset) || !Number.isSafeInteger(length) || offset < 0 || length < 0)
    throw outside(object);
  if (offset + length > size) throw outside(object);
  if (length === 0) return;
  const hash = length === size ? createHash('sha256') : undefined;
  for await (const bytes of unchecked(object, range, sources)) {
    hash?.update(bytes);
    yield bytes;
  }
  if (hash !== undefined && hash.digest('hex') !== oid) {
    throw new LodeError('OBJECT_CORRUPT', 'the content that was read is not what the pointer names', {
      subject: path ?? oid,
    });
  }
}

function unchecked(object: Wanted, range: ByteRange, sources: RangeSources): AsyncGenerator<Buffer> {
  const { oid, size } = object;
  const here = sources.store.has(oid, size) ? sources.store.open(oid, size) : undefined;
  return here === undefined
    ? readFromRemote(object, range, sources)
    : readFromStore(here, range, sources.signal);
}

async function* readFromStore(
  object: StoredObject,
  { offset, length }: ByteRange,
  signal: AbortSignal,
): AsyncGenerator<Buffer> {
  const collector = new BufferCollector();
  const end = offset + length;
  try {
    for (let at = offset; at < end; at += PIECE_BYTES) {
      signal.throwIfAborted();
      const bytes = object.read(at, Math.min(PIECE_BYTES, end - at));
      collector.after(bytes.length);
      yield bytes;
    }
  } finally {
    object.close();
  }
}

function outside({ oid, size, path }: Wanted): LodeError {
  return new LodeError('USAGE', `it has no such bytes: it is ${size} bytes long`, { subject: path ?? oid });
}
