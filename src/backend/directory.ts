import { constants } from 'node:fs';
import { type FileHandle, open, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { DirectorySettings } from '../config/settings.ts';
import { systemCode } from '../errors.ts';
import { type Backend, type ListPage, MAX_READ } from './backend.ts';
import { directoryClock } from './directory-clock.ts';
import { directoryError, notAFile } from './directory-errors.ts';
import { directoryPlace } from './directory-place.ts';
import { probeTime, publish, removeStale, TEMPORARY } from './directory-publish.ts';
import { entryOf, keysBelow } from './directory-walk.ts';
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
/** Why a folder that can be read may take no file that would tell the server's time. */
const NOT_WRITABLE = ['ENOENT', 'EACCES', 'EPERM', 'EROFS', 'ENOSPC', 'EDQUOT'];

/**
 * A folder as data remote, safe on NFS: a file gets its name only when it is whole and flushed, no lock is trusted, and that
 * a file is there is proven by reading its last byte. Needs the folder, or at least the folder that it is to be made in.
 */
export function openDirectory(settings: DirectorySettings): Backend {
  const { url, path: root } = settings;
  const place = directoryPlace(url, root);
  const clock = directoryClock(serverTime);
  let cleaned = false;

  async function serverTime(): Promise<number | undefined> {
    try {
      await stat(root);
      return await probeTime(await place.makeFolder(TEMPORARY));
    } catch (error) {
      if (NOT_WRITABLE.includes(systemCode(error) ?? '')) return undefined;
      throw error;
    }
  }

  /** Opens the file of `key` for `work`; undefined if there is none. */
  async function reading<T>(key: string, work: (file: FileHandle, size: number, time: number) => Promise<T>) {
    const path = await place.find(key);
    if (path === undefined) return undefined;
    // Not waiting for the other end of a pipe that somebody put in the place of a file.
    const file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    try {
      const stats = await file.stat();
      if (!stats.isFile()) throw notAFile(url, key);
      const { size, mtimeMs } = stats;
      return await work(file, size, Math.floor(mtimeMs));
    } finally {
      await file.close();
    }
  }

  function find(key: string) {
    return reading(key, async (file, size, time) => {
      // A stat may come from a cache that is older than a delete; a read asks the server.
      if (size > 0) await fill(Buffer.alloc(1), file, size - 1, key);
      return { size, time };
    });
  }

  async function existsWith(size: number, key: string): Promise<boolean> {
    const found = await find(key);
    if (found !== undefined && found.size !== size) throw sizeConflict(url, key, found.size, size);
    return found !== undefined;
  }

  async function store(key: string, body: readonly Uint8Array[], sha256: string) {
    const temporary = await place.makeFolder(TEMPORARY);
    if (key.includes('/')) await place.makeFolder(dirname(key));
    const target = join(root, key);
    const { outcome, mtime } = await publish(temporary, target, body, sha256);
    await place.flushNames(dirname(target));
    clock.observe(mtime);
    if (!cleaned) {
      cleaned = true;
      await removeStale(temporary, mtime);
    }
    if (outcome === 'exists') await existsWith(bodySize(body), key);
    return outcome;
  }

  async function page(keys: readonly string[]): Promise<ListPage> {
    const entries = await Promise.all(keys.map((key) => entryOf(root, key)));
    return { entries: entries.filter((entry) => entry !== undefined), now: await clock.now() };
  }

  async function guarded<T>(action: string, key: string | undefined, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw directoryError(error, action, url, key);
    }
  }

  return {
    url,

    get(key, range, progress) {
      return guarded('read', key, async () => {
        checkKey(key);
        if (range !== undefined) checkRange(key, range);
        const bytes = await reading(key, async (file, size) => {
          if (range === undefined && size > MAX_READ) throw tooLong(key, size);
          const { offset, length } = range ?? { offset: 0, length: size };
          checkWithin(key, { offset, length }, size);
          const given = progress?.bytes?.length === length ? progress.bytes : undefined;
          return fill(given ?? Buffer.allocUnsafeSlow(length), file, offset, key);
        });
        if (bytes === undefined) throw missing(url, key);
        return { bytes, now: await clock.now() };
      });
    },

    put(key, body, sha256) {
      return guarded('write', key, async () => {
        checkKey(key);
        const exists = await existsWith(bodySize(body), key);
        const outcome = exists ? 'exists' : await store(key, body, sha256);
        return { outcome, now: await clock.now() };
      });
    },

    head(key) {
      return guarded('look for', key, async () => {
        checkKey(key);
        return { found: await find(key), now: await clock.now() };
      });
    },

    async *list(prefix, after = '') {
      checkPrefix(prefix);
      try {
        await place.find(prefix.slice(0, Math.max(0, prefix.lastIndexOf('/'))));
        let keys: string[] = [];
        for await (const key of keysBelow(root, prefix, after, url)) {
          if (keys.push(key) < PAGE) continue;
          yield await page(keys);
          keys = [];
        }
        yield await page(keys);
      } catch (error) {
        throw directoryError(error, 'list', url);
      }
    },

    delete(keys) {
      return guarded('delete from', undefined, async () => {
        for (const key of keys) checkKey(key);
        for (const key of keys) {
          const path = await place.find(key);
          if (path !== undefined) await rm(path, { force: true });
        }
      });
    },

    close() {},
  };
}

/** Fills `into` from `offset` on; a file that ends before is `REMOTE_FORMAT`. */
async function fill(into: Buffer, file: FileHandle, offset: number, key: string): Promise<Buffer> {
  for (let filled = 0; filled < into.length; ) {
    const { bytesRead } = await file.read(into, filled, into.length - filled, offset + filled);
    if (bytesRead === 0) checkWithin(key, { offset, length: into.length }, offset + filled);
    filled += bytesRead;
  }
  return into;
}
