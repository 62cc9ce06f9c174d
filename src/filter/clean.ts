import { copyBytes } from '../copy-bytes.ts';
import { formatPointer, MAX_POINTER_BYTES, type Pointer, parsePointer } from '../pointer.ts';
import type { FileStore } from '../store/open.ts';
import { sha256 } from '../store/sha256.ts';
import { fullPath, isSafeName, statInTree } from '../worktree/safe-path.ts';
import { type ContentSource, readHead } from './content.ts';
import { SLOT_BYTES } from './hash-ring.ts';
import { type Hasher, inlineHasher, threadHasher } from './hasher.ts';
import { cloneSink, fileSink, type LargeSink } from './large-sink.ts';

export interface CleanerOptions {
  readonly store: FileStore;
  /** The top of the working tree, if there is one: its files may be cloned instead of written again. */
  readonly workTree: string | undefined;
  /** The built hash-worker; without one, hashing shares the thread. */
  readonly hashWorker: URL | undefined;
  /** The pointer of a file that an interrupted materialising left torn, if `content` is that. */
  readonly tornPointer: (pathname: Buffer, content: Buffer) => Buffer | undefined;
}

/** A file of this size or more is worth the start of a thread. */
const THREAD_FROM_BYTES = 8 << 20;

/**
 * Content to pointer. The answer is a function of the content alone, and is given only when the object is whole in the store.
 * Content that is a pointer already passes, and so does an empty file.
 */
export class Cleaner {
  readonly #options: CleanerOptions;
  readonly #head = Buffer.allocUnsafeSlow(SLOT_BYTES);
  #inline: Hasher | undefined;
  #thread: Hasher | undefined;

  constructor(options: CleanerOptions) {
    this.#options = options;
  }

  /** Reads the source to its end, except when it throws. */
  clean(pathname: Buffer, source: ContentSource): Buffer {
    const { length, rest } = readHead(source, this.#head);
    if (rest !== undefined) return this.#cleanLarge(pathname, source, rest);
    const content = this.#head.subarray(0, length);
    return this.#cleanWhole(pathname, content);
  }

  #cleanWhole(pathname: Buffer, content: Buffer): Buffer {
    if (content.length === 0) return content;
    if (content.length <= MAX_POINTER_BYTES) {
      const pointer = parsePointer(content);
      if (pointer !== undefined) return formatPointer(pointer);
    }
    const torn = this.#options.tornPointer(pathname, content);
    if (torn !== undefined) return torn;
    const oid = sha256(content);
    this.#options.store.add(oid, content);
    return formatPointer({ oid, size: content.length });
  }

  #cleanLarge(pathname: Buffer, source: ContentSource, rest: Buffer): Buffer {
    const file = this.#workFile(pathname);
    const sink =
      (file === undefined ? undefined : cloneSink(this.#options.store, file)) ??
      fileSink(this.#options.store);
    const intake = new Intake(this.#hasher(file), sink);
    try {
      intake.put(this.#head);
      intake.put(rest);
      for (let part = source.next(); part !== null; part = source.next()) intake.put(part);
      return formatPointer(intake.finish());
    } catch (error) {
      intake.abort();
      throw error;
    }
  }

  /** The file that git most likely reads the content from. */
  #workFile(pathname: Buffer): string | Buffer | undefined {
    const name = pathname.toString('latin1');
    const { workTree } = this.#options;
    return workTree !== undefined && isSafeName(name) ? fullPath(workTree, name) : undefined;
  }

  #hasher(file: string | Buffer | undefined): Hasher {
    const { hashWorker } = this.#options;
    const size = file === undefined ? undefined : statInTree(file)?.size;
    if (hashWorker !== undefined && (this.#thread !== undefined || (size ?? 0) >= THREAD_FROM_BYTES)) {
      this.#thread ??= threadHasher(hashWorker);
      return this.#thread;
    }
    this.#inline ??= inlineHasher();
    return this.#inline;
  }
}

/** Passes one large content through the hasher's slots into a sink. */
class Intake {
  readonly #hasher: Hasher;
  readonly #sink: LargeSink;
  #slot: Buffer | undefined;
  #filled = 0;
  #size = 0;

  constructor(hasher: Hasher, sink: LargeSink) {
    this.#hasher = hasher;
    this.#sink = sink;
  }

  put(bytes: Buffer): void {
    for (let done = 0; done < bytes.length; ) {
      this.#slot ??= this.#hasher.acquire();
      const part = bytes.subarray(done, done + SLOT_BYTES - this.#filled);
      const count = copyBytes(part, this.#slot, this.#filled);
      this.#filled += count;
      done += count;
      if (this.#filled === SLOT_BYTES) this.#submit();
    }
  }

  finish(): Pointer {
    this.#submit();
    const pointer = { oid: this.#hasher.digest(), size: this.#size };
    this.#sink.finish(pointer.oid, pointer.size);
    return pointer;
  }

  /** The hasher is left ready for the next content. */
  abort(): void {
    this.#sink.abort();
    this.#hasher.digest();
  }

  #submit(): void {
    if (this.#slot === undefined) return;
    // Hashing may begin before the sink is done: neither changes the slot.
    this.#hasher.submit(this.#filled);
    this.#sink.write(this.#slot.subarray(0, this.#filled));
    this.#size += this.#filled;
    this.#slot = undefined;
    this.#filled = 0;
  }
}
