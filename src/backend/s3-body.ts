import { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { BufferCollector } from '../buffer-collector.ts';
import { copyBytes } from '../copy-bytes.ts';
import type { OnSent, ReadProgress } from './backend.ts';
import { watchSilence } from './silence.ts';
import { SLICE, slices } from './slices.ts';

/** A body to send: each try needs one of its own. */
export function outgoing(body: readonly Uint8Array[], onSent?: OnSent): Readable {
  return Readable.from(counted(slices(body), onSent), { objectMode: false, highWaterMark: SLICE });
}

/** A slice is on its way when the next is asked for. */
function* counted(pieces: Iterable<Uint8Array>, onSent?: OnSent): Generator<Uint8Array> {
  let sent = 0;
  for (const piece of pieces) {
    yield piece;
    sent += piece.byteLength;
    onSent?.(sent);
  }
}

/** Each piece that a socket gives is a Buffer of its own, dead as soon as it is copied. */
const received = new BufferCollector();

/** Why a body was not read to its end; the same request for the rest may pass. */
export type Breach = 'short' | 'long' | 'stalled' | { readonly cause: unknown };

/**
 * Reads `stream` into `progress` until its buffer is full, and answers undefined then. `stall` is how many milliseconds it
 * may stay silent. Never throws; what arrived before a breach stays in `progress`.
 */
export async function incoming(
  stream: Readable,
  progress: ReadProgress & { bytes: Buffer },
  stall: number,
): Promise<Breach | undefined> {
  let breach: Breach | undefined;
  const stop = (why: Breach) => {
    breach ??= why;
    stream.destroy();
  };
  const watch = watchSilence(stall, () => stop('stalled'));
  stream.on('data', (chunk: Buffer) => {
    watch.heard();
    received.after(chunk.length);
    if (progress.filled + chunk.length > progress.bytes.length) return stop('long');
    progress.filled += copyBytes(chunk, progress.bytes, progress.filled);
    progress.onBytes?.(chunk.length);
  });
  try {
    await finished(stream, { writable: false });
  } catch (cause) {
    breach ??= { cause };
  } finally {
    watch.end();
  }
  if (breach === 'long') return breach;
  return progress.filled === progress.bytes.length ? undefined : (breach ?? 'short');
}
