import { isExpected } from '../errors.ts';
import type { Pointer } from '../pointer.ts';
import { SMALL_BYTES } from '../store/layout.ts';
import type { FileStore } from '../store/open.ts';
import { sha256 } from '../store/sha256.ts';
import type { JournalRecord } from '../worktree/journal.ts';

/**
 * So many small files of one git command make it one where the time counts. To journal a file, to read and write it again when git has
 * ended and to enter it in git's index takes as long as git itself needs for it; but what git writes in the second in which it writes its
 * index, the next status may read again, which nobody is to wait for after an ordinary command.
 */
export const MANY_SMALL_FILES = 500;

/** git's index is at least as new as the last answer, and what is older than it by a second is not read again. */
const RECENT_MS = 1100;
/** So many answers are forgotten at once, where they are too old. */
const FORGOTTEN_AT_ONCE = 4096;

/** Small files of one git command: the first are deferred like all others; where they become many, the rest get their content at once. */
export class SmallFiles {
  readonly #store: FileStore;
  #deferred = 0;
  #recent: { readonly record: JournalRecord; readonly at: number }[] = [];

  constructor(store: FileStore) {
    this.#store = store;
  }

  /** From now on each small file is answered with its content: it is known that there are many. */
  areMany(): void {
    this.#deferred = MANY_SMALL_FILES;
  }

  get haveBecomeMany(): boolean {
    return this.#deferred >= MANY_SMALL_FILES;
  }

  /** What a pointer is answered with, verified; undefined for one that is deferred: what the store does not have whole is, too. */
  content(pointer: Pointer, path: Buffer): Buffer | undefined {
    if (pointer.size > SMALL_BYTES) return undefined;
    if (this.haveBecomeMany) {
      const content = readSmall(pointer, this.#store);
      if (content !== undefined) this.#remember({ oid: pointer.oid, size: pointer.size, path });
      return content;
    }
    this.#deferred += 1;
    return undefined;
  }

  /** What was answered with its content in the last second of the conversation. */
  recent(): readonly JournalRecord[] {
    this.#forget();
    return this.#recent.map(({ record }) => record);
  }

  #remember(record: JournalRecord): void {
    const at = performance.now();
    this.#recent.push({ record, at });
    if (this.#recent.length % FORGOTTEN_AT_ONCE === 0) this.#forget();
  }

  #forget(): void {
    const since = (this.#recent.at(-1)?.at ?? 0) - RECENT_MS;
    this.#recent = this.#recent.filter(({ at }) => at >= since);
  }
}

/** What cannot be read counts as what is not here: whoever puts files in place says why. */
function readSmall({ oid, size }: Pointer, store: FileStore): Buffer | undefined {
  try {
    const object = store.open(oid, size);
    if (object === undefined) return undefined;
    try {
      if (object.size !== size) return undefined;
      const content = object.read(0, size);
      // What shares a file with others has been verified by then.
      return object.file === undefined || sha256(content) === oid ? content : undefined;
    } finally {
      object.close();
    }
  } catch (error) {
    if (!isExpected(error)) throw error;
    return undefined;
  }
}
