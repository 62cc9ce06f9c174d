import fs from 'node:fs';
import type { FileStore } from '../store/open.ts';
import { writeFully } from '../store/temporary.ts';
import type { ContentSource } from './content.ts';

/** A content of more than this many bytes waits on disk. */
const MEMORY_BYTES = 4 << 20;

export interface Spooled {
  readonly size: number;
  /** The content itself if it is a single part, as every pointer is; else its first part. */
  readonly head: Buffer;
  /** The bytes are the caller's until the next call. */
  readonly read: (offset: number, length: number) => Buffer;
  readonly close: () => void;
}

/**
 * Takes a whole content in, because git reads no answer before it has written everything. A pointer, which is nearly always what
 * comes, costs one copy; raw content that was committed where a pointer belongs may be of any size, and goes through a file.
 */
export function spool(source: ContentSource, store: FileStore): Spooled {
  const parts: Buffer[] = [];
  let size = 0;
  let temporary: { file: string; fd: number } | undefined;
  try {
    for (let part = source.next(); part !== null; part = source.next()) {
      size += part.length;
      if (temporary === undefined) parts.push(Buffer.from(part));
      else writeFully(temporary.fd, part);
      if (temporary === undefined && size > MEMORY_BYTES) {
        temporary = store.createTemporary();
        for (const earlier of parts) writeFully(temporary.fd, earlier);
        parts.length = 1;
      }
    }
  } catch (error) {
    if (temporary !== undefined) remove(temporary);
    throw error;
  }
  const head = parts[0] ?? Buffer.alloc(0);
  if (temporary !== undefined) {
    const kept = temporary;
    let part = Buffer.alloc(0);
    return {
      size,
      head,
      read: (offset, length) => {
        if (part.length < length) part = Buffer.allocUnsafeSlow(length);
        return readAt(kept.fd, offset, part.subarray(0, length));
      },
      close: () => remove(kept),
    };
  }
  const whole = parts.length === 1 ? head : Buffer.concat(parts);
  return { size, head: whole, read: (offset, length) => whole.subarray(offset, offset + length), close() {} };
}

function readAt(fd: number, offset: number, bytes: Buffer): Buffer {
  const { length } = bytes;
  for (let done = 0; done < length; ) {
    const count = fs.readSync(fd, bytes, done, length - done, offset + done);
    if (count === 0) return bytes.subarray(0, done);
    done += count;
  }
  return bytes;
}

function remove({ file, fd }: { file: string; fd: number }): void {
  fs.closeSync(fd);
  fs.rmSync(file, { force: true });
}
