import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import type { ByteRange } from '../backend/backend.ts';
import { LodeError, unless } from '../errors.ts';
import { isHash } from '../format/keys.ts';
import { decodeTable, type ReadRange, type Table } from '../format/table.ts';
import { CacheWriter, dropCacheFile, readCacheFile, writeCacheFile } from './cache-file.ts';

/** A table is fetched in pieces of this many bytes. */
const PIECE_BYTES = 4 * 1024 * 1024;
const HEAD = '.head';
const FILTER = '.filter';
const DIGEST_BYTES = 32;

interface TableFile {
  readonly name: string;
  readonly size: number;
}

/**
 * Whole tables as `<name>`; of others the first bytes as `<name>.head`, which have a checksum, and the filter as `<name>.filter`, with its
 * SHA-256 behind it.
 */
export class TableCache {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** True if the table is here whole. */
  has({ name, size }: TableFile): boolean {
    return fs.statSync(this.#file(name), { throwIfNoEntry: false })?.size === size;
  }

  /** True if anything of the table is here. */
  knows({ name }: TableFile): boolean {
    return fs.existsSync(this.#file(name)) || fs.existsSync(this.#file(name + HEAD));
  }

  put(name: string, bytes: Buffer): void {
    writeCacheFile(this.#file(name), bytes);
  }

  drop(name: string): void {
    dropCacheFile(this.#file(name));
    dropCacheFile(this.#file(name + HEAD));
    dropCacheFile(this.#file(name + FILTER));
  }

  /** Drops every table that is not in `names`. */
  keepOnly(names: ReadonlySet<string>): void {
    for (const file of unless(['ENOENT'], () => fs.readdirSync(this.#folder)) ?? []) {
      const name = path.basename(file, path.extname(file));
      if (isHash(name) && !names.has(name)) dropCacheFile(this.#file(file));
    }
  }

  /** A whole table that fits in memory. FORMAT_INVALID if it is not there as it was. */
  load({ name, size }: TableFile): Table {
    const bytes = readCacheFile(this.#file(name), size);
    if (bytes === undefined) throw damaged(name);
    return decodeTable(bytes, name);
  }

  /** Reads ranges of a whole table. */
  reader({ name }: TableFile): ReadRange {
    return async (offset, length) => {
      const fd = fs.openSync(this.#file(name), 'r');
      try {
        const bytes = Buffer.allocUnsafe(length);
        if (fs.readSync(fd, bytes, 0, length, offset) !== length) throw damaged(name);
        return bytes;
      } finally {
        fs.closeSync(fd);
      }
    };
  }

  /** Brings a whole table here by `read`, piece by piece. FORMAT_INVALID if the bytes are not the name's. */
  async fetch({ name, size }: TableFile, read: ReadRange): Promise<void> {
    const hash = createHash('sha256');
    const writer = new CacheWriter(this.#file(name));
    try {
      for (let at = 0; at < size; at += PIECE_BYTES) {
        const bytes = await read(at, Math.min(PIECE_BYTES, size - at));
        hash.update(bytes);
        writer.write(bytes);
      }
      if (hash.digest('hex') !== name) throw damaged(name);
      writer.finish();
    } finally {
      writer.close();
    }
  }

  /** The first `length` bytes, kept for the next time; `read` gets them where they are not here. */
  async head({ name }: TableFile, length: number, read: ReadRange): Promise<Buffer> {
    const file = this.#file(name + HEAD);
    const cached = readCacheFile(file, length);
    if (cached?.length === length) return cached;
    const bytes = await read(0, length);
    writeCacheFile(file, bytes);
    return bytes;
  }

  /** The filter of a table that is not here whole; `read` gets it where it is not here either. */
  async filter({ name }: TableFile, { offset, length }: ByteRange, read: ReadRange): Promise<Buffer> {
    const file = this.#file(name + FILTER);
    const cached = readCacheFile(file, length + DIGEST_BYTES);
    const kept = cached?.subarray(0, length);
    if (kept !== undefined && sha256(kept).equals(cached!.subarray(length))) return kept;
    const bytes = await read(offset, length);
    if (bytes.length !== length) throw damaged(name);
    writeCacheFile(file, Buffer.concat([bytes, sha256(bytes)]));
    return bytes;
  }

  #file(name: string): string {
    return path.join(this.#folder, name);
  }
}

function sha256(bytes: Buffer): Buffer {
  return createHash('sha256').update(bytes).digest();
}

function damaged(name: string): LodeError {
  return new LodeError('FORMAT_INVALID', 'its bytes are not those that its name says', { subject: name });
}
