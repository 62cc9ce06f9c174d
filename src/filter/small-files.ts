import { systemCode } from '../errors.ts';
import type { Pointer } from '../pointer.ts';
import { SMALL_BYTES } from '../store/layout.ts';
import type { FileStore } from '../store/open.ts';
import { sha256 } from '../store/sha256.ts';

/**
 * So many small files of one git command make it one where the time counts. To journal a file, to read and write it again when git has
 * ended and to enter it in git's index takes as long as git itself needs for it; but what git writes in the second in which it writes its
 * index, the next status reads again, which nobody is to wait for after an ordinary command.
 */
export const MANY_SMALL_FILES = 500;

/** Small files of one git command: the first are deferred like all others; where they become many, the rest get their content at once. */
export class SmallFiles {
  readonly #store: FileStore;
  #deferred = 0;

  constructor(store: FileStore) {
    this.#store = store;
  }

  /** From now on each small file is answered with its content: it is known that there are many. */
  areMany(): void {
    this.#deferred = MANY_SMALL_FILES;
  }

  /** What a pointer is answered with, verified; undefined for one that is deferred: what the store does not have whole is, too. */
  content(pointer: Pointer): Buffer | undefined {
    if (pointer.size > SMALL_BYTES) return undefined;
    if (this.#deferred >= MANY_SMALL_FILES) return readSmall(pointer, this.#store);
    this.#deferred += 1;
    return undefined;
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
    if (systemCode(error) === undefined) throw error;
    return undefined;
  }
}
