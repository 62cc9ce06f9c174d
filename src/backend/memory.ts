import { createHash } from 'node:crypto';
import { LodeError } from '../errors.ts';
import { type Backend, type ByteRange, MAX_READ } from './backend.ts';
import {
  bodySize,
  checkKey,
  checkPrefix,
  checkRange,
  checkWithin,
  missing,
  sizeConflict,
  tooLong,
} from './keys.ts';

const PAGE = 1000;

export interface MemoryOptions {
  readonly url?: string;
  /** The store's clock, in milliseconds since 1970. */
  readonly clock?: () => number;
}

/** A backend in this process's memory, for tests; `files` holds what it holds. */
export interface MemoryBackend extends Backend {
  readonly files: Map<string, { bytes: Buffer; time: number }>;
}

export function openMemory(options: MemoryOptions = {}): MemoryBackend {
  const { url = 'memory:', clock = Date.now } = options;
  const files = new Map<string, { bytes: Buffer; time: number }>();
  return {
    url,
    files,

    async get(key: string, range?: ByteRange) {
      checkKey(key);
      if (range !== undefined) checkRange(key, range);
      const file = files.get(key);
      if (file === undefined) throw missing(url, key);
      if (range === undefined && file.bytes.length > MAX_READ) throw tooLong(key, file.bytes.length);
      const { offset, length } = range ?? { offset: 0, length: file.bytes.length };
      checkWithin(key, { offset, length }, file.bytes.length);
      const bytes = Buffer.allocUnsafeSlow(length);
      file.bytes.copy(bytes, 0, offset, offset + length);
      return { bytes, now: clock() };
    },

    async put(key, body, sha256) {
      checkKey(key);
      const bytes = Buffer.concat(body);
      if (createHash('sha256').update(bytes).digest('hex') !== sha256) {
        throw new LodeError('REMOTE_FAILED', `${key} does not have the digest ${sha256}`, { subject: key });
      }
      const old = files.get(key);
      if (old === undefined) {
        files.set(key, { bytes, time: clock() });
        return { outcome: 'created', now: clock() };
      }
      if (old.bytes.length !== bodySize(body)) throw sizeConflict(url, key, old.bytes.length, bytes.length);
      return { outcome: 'exists', now: clock() };
    },

    async head(key) {
      checkKey(key);
      const file = files.get(key);
      return { found: file && { size: file.bytes.length, time: file.time }, now: clock() };
    },

    async *list(prefix, after = '') {
      checkPrefix(prefix);
      // Keys are ASCII, in which JavaScript's order is byte order.
      const keys = [...files.keys()].filter((key) => key.startsWith(prefix) && key > after).sort();
      const entries = keys.map((key) => {
        const file = files.get(key)!;
        return { key, size: file.bytes.length, time: file.time };
      });
      for (let start = 0; start === 0 || start < entries.length; start += PAGE) {
        yield { entries: entries.slice(start, start + PAGE), now: clock() };
      }
    },

    async delete(keys) {
      for (const key of keys) checkKey(key);
      for (const key of keys) files.delete(key);
    },

    close() {},
  };
}
