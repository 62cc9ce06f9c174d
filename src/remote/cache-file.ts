import fs from 'node:fs';
import path from 'node:path';
import { unless } from '../errors.ts';
import { faultPoint } from '../fault-point.ts';
import { inFolder, storeError, writeFully } from '../store/temporary.ts';
import { temporaryFile, tidyOnce } from '../temporary-file.ts';

/** The cached file, or undefined if there is none or it is longer than `limit` bytes, which nothing that we wrote is. */
export function readCacheFile(file: string, limit: number): Buffer | undefined {
  const fd = unless(['ENOENT', 'ENOTDIR'], () => fs.openSync(file, 'r'));
  if (fd === undefined) return undefined;
  try {
    const { size } = fs.fstatSync(fd);
    return size <= limit ? fs.readFileSync(fd) : undefined;
  } finally {
    fs.closeSync(fd);
  }
}

/** Puts a file into the cache. STORE_FULL or STORE_FAILED if it cannot be written. */
export function writeCacheFile(file: string, bytes: Uint8Array): void {
  writeCacheParts(file, [bytes]);
}

/** As `writeCacheFile`, of a content that is never in memory as a whole. */
export function writeCacheParts(file: string, parts: Iterable<Uint8Array>): void {
  const writer = new CacheWriter(file);
  try {
    for (const part of parts) writer.write(part);
    writer.finish();
  } finally {
    writer.close();
  }
}

/**
 * A cached file while it is written: it is there whole after `finish`, or not at all. Nothing is flushed: what is in the cache
 * can be had again, and its readers check it. Errors as `writeCacheFile`.
 */
export class CacheWriter {
  readonly #file: string;
  readonly #temporary: string;
  #fd: number | undefined;

  constructor(file: string) {
    const folder = path.dirname(file);
    this.#file = file;
    tidyOnce(folder);
    this.#temporary = temporaryFile(folder);
    this.#fd = this.#told(() => inFolder(folder, () => fs.openSync(this.#temporary, 'wx')));
  }

  write(bytes: Uint8Array): void {
    this.#told(() => writeFully(this.#fd!, bytes));
  }

  finish(): void {
    this.#told(() => {
      this.#closeFile();
      faultPoint('cache-written');
      fs.renameSync(this.#temporary, this.#file);
    });
  }

  /** Call it in any case: removes what was not finished. */
  close(): void {
    this.#closeFile();
    fs.rmSync(this.#temporary, { force: true });
  }

  #closeFile(): void {
    if (this.#fd === undefined) return;
    fs.closeSync(this.#fd);
    this.#fd = undefined;
  }

  #told<T>(action: () => T): T {
    try {
      return action();
    } catch (error) {
      throw storeError(error, this.#file);
    }
  }
}

/** Removes a cached file that another process may be reading, which Windows refuses: then it stays until the next time. */
export function dropCacheFile(file: string): void {
  unless(['ENOENT', 'EPERM', 'EBUSY', 'EACCES'], () => fs.rmSync(file));
}
