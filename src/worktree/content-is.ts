import { createHash } from 'node:crypto';
import fs from 'node:fs';
import { systemCode } from '../errors.ts';
import type { Pointer } from '../pointer.ts';

const PART_BYTES = 1 << 20;

/**
 * True if the file holds exactly the content that the pointer stands for. `between` is called with the bytes read after each part, and
 * waited for. A file that cannot be read is not it.
 */
export async function contentIs(
  file: string | Buffer,
  { oid, size }: Pointer,
  between: (bytes: number) => Promise<unknown>,
): Promise<boolean> {
  try {
    const { O_RDONLY, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = fs.constants;
    const fd = fs.openSync(file, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
    try {
      return fs.fstatSync(fd).isFile() && (await hasContent(fd, oid, size, between));
    } finally {
      fs.closeSync(fd);
    }
  } catch (error) {
    if (systemCode(error) === undefined) throw error;
    return false;
  }
}

async function hasContent(
  fd: number,
  oid: string,
  size: number,
  between: (bytes: number) => Promise<unknown>,
): Promise<boolean> {
  const hash = createHash('sha256');
  const part = Buffer.allocUnsafe(Math.min(size + 1, PART_BYTES));
  let done = 0;
  for (let count = fs.readSync(fd, part); count > 0; count = fs.readSync(fd, part)) {
    done += count;
    if (done > size) return false;
    hash.update(part.subarray(0, count));
    await between(count);
  }
  return done === size && hash.digest('hex') === oid;
}
