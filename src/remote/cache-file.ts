import fs from 'node:fs';
import path from 'node:path';
import { unless } from '../errors.ts';
import { inFolder, temporaryName, writeFully } from '../store/temporary.ts';

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

/**
 * Puts a file into the cache whole or not at all. Nothing is flushed: what is in the cache can be had again, and its readers
 * check it.
 */
export function writeCacheFile(file: string, bytes: Uint8Array): void {
  writeCacheParts(file, [bytes]);
}

/** As `writeCacheFile`, of a content that is never in memory as a whole. */
export function writeCacheParts(file: string, parts: Iterable<Uint8Array>): void {
  const folder = path.dirname(file);
  const temporary = temporaryName(folder);
  const fd = inFolder(folder, () => fs.openSync(temporary, 'wx'));
  try {
    try {
      for (const part of parts) writeFully(fd, part);
    } finally {
      fs.closeSync(fd);
    }
    fs.renameSync(temporary, file);
  } finally {
    fs.rmSync(temporary, { force: true });
  }
}

/** Removes a cached file that another process may be reading, which Windows refuses: then it stays until the next time. */
export function dropCacheFile(file: string): void {
  unless(['ENOENT', 'EPERM', 'EBUSY', 'EACCES'], () => fs.rmSync(file));
}
