import { createHash } from 'node:crypto';
import fs from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { systemCode, unless } from '../errors.ts';
import { faultPoint } from '../fault-point.ts';
import { writeFully } from '../store/temporary.ts';

const TRIES = 8;
const PAUSE_MS = 25;

/** git's index, locked as git locks it: `index.lock`, made exclusively, renamed over the index. */
export interface LockedIndex {
  readonly bytes: Buffer;
  /** The index file's mtime, in whole seconds, rounded down. */
  readonly mtime: number;
  /** Writes the changed bytes as the new index. */
  commit(): void;
  release(): void;
}

/**
 * Takes the lock within a few short tries. Undefined if somebody else keeps it (never waited for without a limit: when git dies
 * its own lock may be held by the very process that waits for us), or if there is no index or it may not be written.
 */
export async function lockIndex(
  indexFile: string,
  algorithm: 'sha1' | 'sha256',
): Promise<LockedIndex | undefined> {
  const lock = `${indexFile}.lock`;
  for (let attempt = 1; ; attempt++) {
    try {
      const fd = fs.openSync(lock, 'wx', 0o666);
      const index = unless(['ENOENT'], () => read(indexFile));
      if (index !== undefined) return locked(fd, lock, indexFile, index, algorithm);
      fs.closeSync(fd);
      fs.rmSync(lock, { force: true });
      return undefined;
    } catch (error) {
      const code = systemCode(error);
      if (code !== 'EEXIST' && code !== 'EACCES' && code !== 'EPERM' && code !== 'EROFS' && code !== 'ENOENT')
        throw error;
      if (code !== 'EEXIST' || attempt === TRIES) return undefined;
    }
    await sleep(PAUSE_MS);
  }
}

/** The index as it is, for deciding without a lock; undefined if there is none. */
export function readIndex(indexFile: string): Buffer | undefined {
  return unless(['ENOENT', 'ENOTDIR'], () => fs.readFileSync(indexFile));
}

function read(indexFile: string): { bytes: Buffer; mtime: number; mode: number } {
  const fd = fs.openSync(indexFile, 'r');
  try {
    const stat = fs.fstatSync(fd);
    return { bytes: fs.readFileSync(fd), mtime: Math.floor(stat.mtimeMs / 1000), mode: stat.mode & 0o777 };
  } finally {
    fs.closeSync(fd);
  }
}

function locked(
  fd: number,
  lock: string,
  indexFile: string,
  index: { bytes: Buffer; mtime: number; mode: number },
  algorithm: 'sha1' | 'sha256',
): LockedIndex {
  const { bytes, mtime, mode } = index;
  let open = true;
  const release = () => {
    if (!open) return;
    open = false;
    fs.closeSync(fd);
    fs.rmSync(lock, { force: true });
  };
  return {
    bytes,
    mtime,
    release,
    commit() {
      const body = bytes.length - (algorithm === 'sha1' ? 20 : 32);
      // Always a real checksum: with the null one of index.skipHash a concurrent `git status` overwrites the patch.
      createHash(algorithm).update(bytes.subarray(0, body)).digest().copy(bytes, body);
      try {
        writeFully(fd, bytes);
        faultPoint('index-written');
        fs.fchmodSync(fd, mode);
        // A newer mtime would take the racy-entry protection from every other entry.
        fs.futimesSync(fd, mtime, mtime);
        fs.closeSync(fd);
        open = false;
        fs.renameSync(lock, indexFile);
      } catch (error) {
        if (open) release();
        else fs.rmSync(lock, { force: true });
        throw error;
      }
    },
  };
}
