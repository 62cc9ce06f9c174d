import fs from 'node:fs';
import { LodeError, systemCode } from '../errors.ts';
import type { PacketReader } from './packet-reader.ts';
import { pause } from './pipe-input.ts';

/** One content as it comes in, part by part. */
export interface ContentSource {
  /** The next part, valid until the next call; null at the end, and ever after. */
  next(): Buffer | null;
  /** Reads to the end, so that the next request can be read whatever became of this one. */
  drain(): void;
}

/** The content of one request of the process protocol: packets up to a flush. */
export function packetContent(reader: PacketReader): ContentSource {
  let ended = false;
  const next = () => {
    if (ended) return null;
    const packet = reader.next();
    if (packet === undefined) {
      ended = true;
      throw new LodeError('FORMAT_INVALID', 'git ended the conversation inside a content');
    }
    if (packet === null) ended = true;
    return packet;
  };
  return {
    next,
    drain() {
      while (next() !== null);
    },
  };
}

/** Everything that comes on a file descriptor: the one-shot filters' input. */
export function streamContent(fd: number): ContentSource {
  const buffer = Buffer.allocUnsafeSlow(1 << 16);
  let ended = false;
  const next = () => {
    for (let times = 0; !ended; times++) {
      try {
        const count = fs.readSync(fd, buffer, 0, buffer.length, null);
        if (count > 0) return buffer.subarray(0, count);
        ended = true;
      } catch (error) {
        const code = systemCode(error);
        if (code === 'EOF') ended = true;
        else if (code === 'EAGAIN' || code === 'EINTR') pause(times);
        else throw error;
      }
    }
    return null;
  };
  return {
    next,
    drain() {
      while (next() !== null);
    },
  };
}

/**
 * Fills `into` from the source. Returns the bytes that were filled, and what of the last part did not fit, copied; the source has
 * ended exactly if `rest` is undefined.
 */
export function readHead(source: ContentSource, into: Buffer): { length: number; rest: Buffer | undefined } {
  let length = 0;
  for (let part = source.next(); part !== null; part = source.next()) {
    const fits = Math.min(part.length, into.length - length);
    part.copy(into, length, 0, fits);
    length += fits;
    if (fits < part.length) return { length, rest: Buffer.from(part.subarray(fits)) };
  }
  return { length, rest: undefined };
}
