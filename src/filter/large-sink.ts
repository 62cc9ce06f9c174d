import fs from 'node:fs';
import { isLodeError, LodeError, systemCode, unless } from '../errors.ts';
import { faultPoint } from '../fault-point.ts';
import type { FileStore } from '../store/open.ts';
import { storeError, writeFully } from '../store/temporary.ts';
import { statInTree } from '../worktree/safe-path.ts';

/** Takes the bytes of one large content and holds them until its oid is known. */
export interface LargeSink {
  write(bytes: Buffer): void;
  /** Stores the content. False if the sink cannot vouch for its bytes, which are then read and hashed once more. */
  finish(oid: string, size: number): void;
  abort(): void;
}

/** What systems answer where nothing may be written. */
const READ_ONLY = ['EACCES', 'EPERM', 'EROFS'];

/** Writes the bytes to a temporary file of the store; only looks for them there if nothing may be written to it. */
export function fileSink(store: FileStore): LargeSink {
  try {
    return writingSink(store, store.createTemporary());
  } catch (error) {
    if (!READ_ONLY.includes(systemCode(error) ?? '')) throw error;
    return knownSink(store, error);
  }
}

/** For a content that the store has already: `git status` cleans files whose time alone has changed. */
function knownSink(store: FileStore, failure: unknown): LargeSink {
  return {
    write() {},
    finish(oid, size) {
      if (!store.has(oid, size)) throw storeError(failure, (failure as NodeJS.ErrnoException).path ?? '');
    },
    abort() {},
  };
}

function writingSink(store: FileStore, { file, fd }: { file: string; fd: number }): LargeSink {
  let open = true;
  const close = () => {
    if (open) fs.closeSync(fd);
    open = false;
  };
  return {
    write(bytes) {
      try {
        writeFully(fd, bytes);
        faultPoint('object-half-written');
      } catch (error) {
        throw storeError(error, file);
      }
    },
    finish(oid, size) {
      close();
      store.adopt(file, oid, size);
    },
    abort() {
      close();
      fs.rmSync(file, { force: true });
    },
  };
}

/** Two changes of a file within this time may leave it one and the same ctime. */
const CLOCK_GRAIN_MS = 50;

/**
 * A clone of the working file instead of a second write of its bytes, where the file system shares blocks; undefined where not.
 *
 * git may pipe bytes that are not the file's (`hash-object --stdin --path`, `apply`, `add -p`), so each part is compared with the
 * file, which git has just read and the page cache still has. The clone is not read: the page cache does not follow it. It has
 * the file's bytes if nothing touched the file between the two stats.
 */
export function cloneSink(store: FileStore, file: string | Buffer): LargeSink | undefined {
  const before = statInTree(file);
  if (!before?.isFile()) return undefined;
  // Not the mtime, which programs set as they like.
  if (Date.now() - Number(before.ctimeMs) < CLOCK_GRAIN_MS) return undefined;
  const clone = store.sharing.cloneIn(file);
  if (clone === undefined) return undefined;
  const fd = unless(['ENOENT', 'EACCES'], () => fs.openSync(file, 'r'));
  if (fd === undefined) {
    fs.rmSync(clone, { force: true });
    return undefined;
  }
  return new CloneSink(store, file, clone, fd, before);
}

class CloneSink implements LargeSink {
  readonly #store: FileStore;
  readonly #file: string | Buffer;
  readonly #clone: string;
  readonly #before: fs.BigIntStats;
  readonly #scratch = Buffer.allocUnsafeSlow(1 << 20);
  #fd: number | undefined;
  #offset = 0;
  /** Where the bytes go instead, once they have turned out not to be the file's. */
  #instead: LargeSink | undefined;

  constructor(store: FileStore, file: string | Buffer, clone: string, fd: number, before: fs.BigIntStats) {
    this.#store = store;
    this.#file = file;
    this.#clone = clone;
    this.#fd = fd;
    this.#before = before;
  }

  write(bytes: Buffer): void {
    if (this.#instead === undefined && !this.#matches(bytes)) this.#diverge();
    if (this.#instead === undefined) this.#offset += bytes.length;
    else this.#instead.write(bytes);
    faultPoint('object-half-written');
  }

  finish(oid: string, size: number): void {
    if (this.#instead === undefined && !this.#untouched(size)) this.#diverge();
    if (this.#instead === undefined) this.#store.adopt(this.#clone, oid, size);
    else this.#finishInstead(this.#instead, oid, size);
    this.abort();
  }

  /** What had been piped before the two diverged may be in neither the clone nor the file any more. */
  #finishInstead(instead: LargeSink, oid: string, size: number): void {
    try {
      instead.finish(oid, size);
    } catch (error) {
      if (!isLodeError(error, 'OBJECT_CORRUPT')) throw error;
      throw new LodeError('OBJECT_CORRUPT', 'the file changed while it was read', {
        hint: 'when nobody writes to it any more, git add it again',
        cause: error,
      });
    }
  }

  abort(): void {
    if (this.#fd !== undefined) fs.closeSync(this.#fd);
    this.#fd = undefined;
    this.#instead?.abort();
    fs.rmSync(this.#clone, { force: true });
  }

  #matches(bytes: Buffer): boolean {
    for (let done = 0; done < bytes.length; ) {
      const wanted = Math.min(bytes.length - done, this.#scratch.length);
      const count = fs.readSync(this.#fd!, this.#scratch, 0, wanted, this.#offset + done);
      if (count === 0 || this.#scratch.compare(bytes, done, done + count, 0, count) !== 0) return false;
      done += count;
    }
    return true;
  }

  #untouched(size: number): boolean {
    const now = statInTree(this.#file);
    const was = this.#before;
    return (
      now !== undefined &&
      now.ino === was.ino &&
      now.dev === was.dev &&
      now.size === was.size &&
      now.size === BigInt(size) &&
      now.ctimeNs === was.ctimeNs &&
      now.mtimeNs === was.mtimeNs
    );
  }

  /**
   * The bytes so far were equal to the file's when they were compared, but need not be the clone's: they are copied from the clone,
   * and `finish` of the checked sink proves the whole.
   */
  #diverge(): void {
    const sink = checkedSink(this.#store);
    try {
      copyRange(this.#clone, this.#offset, (bytes) => sink.write(bytes));
    } catch (error) {
      sink.abort();
      throw error;
    }
    this.#instead = sink;
  }
}

/** A sink that verifies what it holds, for bytes that did not all come through the pipe. */
function checkedSink(store: FileStore): LargeSink {
  const writer = store.write();
  return {
    write: (bytes) => writer.write(bytes),
    finish: (oid) => writer.finish(oid),
    abort: () => writer.abort(),
  };
}

function copyRange(file: string, length: number, write: (bytes: Buffer) => void): void {
  const fd = fs.openSync(file, 'r');
  try {
    const buffer = Buffer.allocUnsafeSlow(1 << 20);
    for (let done = 0; done < length; ) {
      const count = fs.readSync(fd, buffer, 0, Math.min(buffer.length, length - done), done);
      if (count === 0) return;
      write(buffer.subarray(0, count));
      done += count;
    }
  } catch (error) {
    throw systemCode(error) === undefined ? error : storeError(error, file);
  } finally {
    fs.closeSync(fd);
  }
}
