import { LodeError } from '../errors.ts';
import { type ByteRange, MAX_READ } from './backend.ts';

const SEGMENT = /^[a-z0-9-][a-z0-9.-]*$/;
/** S3's limit is 1,024 bytes for prefix and key together; ours are far below it. */
const MAX_KEY = 512;

/** Whether a name can be one segment of a key: what a folder may hold beside keys (`.nfs…`, `_tmp`, `Thumbs.db`) cannot. */
export function isSegment(name: string): boolean {
  return SEGMENT.test(name);
}

/** Whether `key` keeps to the contract of backend.ts. */
export function isKey(key: string): boolean {
  return key.length <= MAX_KEY && key.split('/').every(isSegment);
}

/** Throws `PATH_UNSAFE` for a key that the contract forbids, so that no name of a remote file leads out of the remote. */
export function checkKey(key: string): void {
  if (!isKey(key))
    throw new LodeError('PATH_UNSAFE', `${JSON.stringify(key.slice(0, MAX_KEY))} is not a key`);
}

/** Like `checkKey` for the start of a key: whole segments with a `/` after each, then perhaps the start of one. */
export function checkPrefix(prefix: string): void {
  const cut = prefix.lastIndexOf('/');
  const folder = prefix.slice(0, Math.max(cut, 0));
  const rest = prefix.slice(cut + 1);
  if ((cut < 0 || isKey(folder)) && (rest === '' || isSegment(rest))) return;
  throw new LodeError('PATH_UNSAFE', `${JSON.stringify(prefix.slice(0, MAX_KEY))} is not the start of a key`);
}

/** Throws `REMOTE_FORMAT` for a range that no `get` may ask for: offsets and lengths come from files of the remote. */
export function checkRange(key: string, range: ByteRange): void {
  const { offset, length } = range;
  if (Number.isSafeInteger(offset) && Number.isSafeInteger(offset + length) && offset >= 0 && length >= 1) {
    if (length <= MAX_READ) return;
  }
  throw new LodeError('REMOTE_FORMAT', `cannot read ${length} bytes at ${offset} of ${key}`, {
    subject: key,
  });
}

/** Throws `REMOTE_FORMAT` for a range that a file of `size` bytes does not hold whole. */
export function checkWithin(key: string, range: ByteRange, size: number): void {
  if (range.offset + range.length <= size) return;
  throw new LodeError(
    'REMOTE_FORMAT',
    `${key} has ${size} bytes, not the ${range.length} at ${range.offset} that were asked for`,
    { subject: key },
  );
}

/** The error of a `get` without a range of a file that is too long for it. */
export function tooLong(key: string, size: number): LodeError {
  return new LodeError('REMOTE_FORMAT', `${key} has ${size} bytes, more than can be read at once`, {
    subject: key,
  });
}

/** The error of a `put` that met the same name with another size: one of the two is damaged. */
export function sizeConflict(url: string, key: string, stored: number, ours: number): LodeError {
  return new LodeError('REMOTE_FORMAT', `${key} exists in ${url} with ${stored} bytes instead of ${ours}`, {
    subject: key,
    hint: 'Somebody changed the file there: remove it from the remote, and push again.',
  });
}

/** The error of a read of a key that is not there. */
export function missing(url: string, key: string): LodeError {
  return new LodeError('KEY_MISSING', `${key} is not in ${url}`, { subject: key });
}

/** The sum of the parts of a body, in bytes. */
export function bodySize(body: readonly Uint8Array[]): number {
  return body.reduce((sum, part) => sum + part.byteLength, 0);
}
