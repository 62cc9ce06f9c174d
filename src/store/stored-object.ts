import fs from 'node:fs';
import { LodeError } from '../errors.ts';
import type { StoredObject } from './store.ts';

/** An object with a file of its own, which is open. */
export function fileObject(file: string, fd: number): StoredObject {
  return {
    size: fs.fstatSync(fd).size,
    file,
    read: (offset, length, into = Buffer.allocUnsafe(length)) =>
      readAt(fd, offset, into.subarray(0, length), file),
    close: () => fs.closeSync(fd),
  };
}

/** An object in memory. */
export function smallObject(content: Buffer): StoredObject {
  return {
    size: content.length,
    file: undefined,
    read(offset, length, into = Buffer.allocUnsafe(length)) {
      return into.subarray(0, content.copy(into, 0, offset, offset + length));
    },
    close() {},
  };
}

function readAt(fd: number, offset: number, bytes: Buffer, file: string): Buffer {
  for (let done = 0; done < bytes.length; ) {
    const count = fs.readSync(fd, bytes, done, bytes.length - done, offset + done);
    if (count === 0)
      throw new LodeError('OBJECT_CORRUPT', 'the stored object is shorter than it was', { subject: file });
    done += count;
  }
  return bytes;
}
