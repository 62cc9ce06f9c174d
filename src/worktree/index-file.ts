import { createHash } from 'node:crypto';
import fs from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { systemCode, unless } from '../errors.ts';
import { faultPoint } from '../fault-point.ts';
import type { Repository } from '../git/repository.ts';
import { inFolder, writeFully } from '../store/temporary.ts';
import { temporaryFile } from '../temporary-file.ts';

/** About a second: `git status`, which editors run when files change, keeps the lock while it looks for untracked files. */
const TRIES = 40;
const PAUSE_MS = 25;

/** git's index, locked as git locks it: `index.lock`, made exclusively, renamed over the index. */
export interface LockedIndex {
  readonly bytes: Buffer;
  /** The index file's mtime, in whole seconds, rounded down. */
  readonly mtime: number;
  /** Writes the changed bytes as the new index, or `other`, a whole index that git has made of them. */
  commit(other?: Buffer): void;
  release(): void;
}

/**
 * Takes the lock within a few short tries. Undefined if somebody else keeps it (never waited for without a limit: when git dies
 * its own lock may be held by the very process that waits for us), or if there is no index or it may not be written.
 */
export async function lockIndex(
  { indexFile, ownDir }: Repository,
  algorithm: 'sha1' | 'sha256',
): Promise<LockedIndex | undefined> {
  const lock = `${indexFile}.lock`;
  for (let attempt = 1; ; attempt++) {
    const taken = take(lock, ownDir);
    if (typeof taken === 'object') return open(taken, indexFile, algorithm);
    if (taken !== 'EEXIST' || attempt === TRIES) return undefined;
    await sleep(PAUSE_MS);
  }
}

interface Lock {
  readonly file: string;
  /** Its other name, by which a killed process's lock is known from git's own; undefined where the file system has no links. */
  readonly ownName: string | undefined;
  readonly fd: number;
}

/** The lock, or the system's code for why it cannot be had. */
function take(file: string, ownDir: string): Lock | string {
  try {
    const ownName = temporaryFile(ownDir);
    const fd = inFolder(ownDir, () => fs.openSync(ownName, 'wx', 0o666));
    try {
      fs.linkSync(ownName, file);
      return { file, ownName, fd };
    } catch (error) {
      fs.closeSync(fd);
      fs.rmSync(ownName, { force: true });
      if (systemCode(error) === 'EEXIST') return 'EEXIST';
    }
    return { file, ownName: undefined, fd: fs.openSync(file, 'wx', 0o666) };
  } catch (error) {
    const code = systemCode(error);
    if (code === 'EEXIST' || code === 'EACCES' || code === 'EPERM' || code === 'EROFS' || code === 'ENOENT')
      return code;
    throw error;
  }
}

function open(lock: Lock, indexFile: string, algorithm: 'sha1' | 'sha256'): LockedIndex | undefined {
  const release = () => {
    fs.closeSync(lock.fd);
    remove(lock);
  };
  try {
    const index = unless(['ENOENT'], () => read(indexFile));
    if (index !== undefined) return locked(lock, indexFile, index, algorithm);
  } catch (error) {
    release();
    throw error;
  }
  release();
  return undefined;
}

function remove({ file, ownName }: Lock): void {
  fs.rmSync(file, { force: true });
  if (ownName !== undefined) fs.rmSync(ownName, { force: true });
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
  lock: Lock,
  indexFile: string,
  { bytes, mtime, mode }: { bytes: Buffer; mtime: number; mode: number },
  algorithm: 'sha1' | 'sha256',
): LockedIndex {
  const { fd, file, ownName } = lock;
  let held = true;
  const release = () => {
    if (!held) return;
    held = false;
    fs.closeSync(fd);
    remove(lock);
  };
  return {
    bytes,
    mtime,
    release,
    commit(changed = bytes) {
      const body = changed.length - (algorithm === 'sha1' ? 20 : 32);
      // Always a real checksum: with the null one of index.skipHash a concurrent `git status` overwrites the patch.
      createHash(algorithm).update(changed.subarray(0, body)).digest().copy(changed, body);
      try {
        writeFully(fd, changed);
        faultPoint('index-written');
        fs.fchmodSync(fd, mode);
        // A newer mtime would take the racy-entry protection from every other entry.
        fs.futimesSync(fd, mtime, mtime);
        held = false;
        fs.closeSync(fd);
        fs.renameSync(file, indexFile);
      } catch (error) {
        if (held) release();
        else remove(lock);
        throw error;
      }
      if (ownName !== undefined) fs.rmSync(ownName, { force: true });
    },
  };
}
