import fs from 'node:fs';
import { systemCode } from '../errors.ts';
import { temporaryFile } from '../temporary-file.ts';
import { inFolder, writeFully } from './temporary.ts';

const { COPYFILE_EXCL, COPYFILE_FICLONE_FORCE } = fs.constants;

/** Brings content into and out of the store by sharing blocks, until the file system has shown that it shares none with the working tree. */
export class SharedBlocks {
  readonly #folder: string;
  readonly #create: () => { readonly file: string; readonly fd: number };
  #possible = true;

  /** `folder` is the one of the store's temporary files, `create` makes one and opens it for writing. */
  constructor(folder: string, create: () => { readonly file: string; readonly fd: number }) {
    this.#folder = folder;
    this.#create = create;
  }

  /** False once the file system has shown that it shares no blocks between the store and the working tree. */
  get possible(): boolean {
    return this.#possible;
  }

  /** Tries whether a file `to`, which must not exist, could share blocks with the store's. Nothing is left of it. */
  tryWith(to: string): boolean {
    this.#possible &&= sharesBlocks(this.#create, to);
    return this.#possible;
  }

  /**
   * A clone of `source` as a temporary file of this store, or undefined where the file system shares no blocks. The caller
   * proves what its bytes are, and then adopts or removes it.
   */
  cloneIn(source: string | Buffer): string | undefined {
    if (!this.#possible) return undefined;
    const temporary = temporaryFile(this.#folder);
    try {
      inFolder(this.#folder, () => fs.copyFileSync(source, temporary, COPYFILE_FICLONE_FORCE));
      fs.chmodSync(temporary, 0o444);
      return temporary;
    } catch (error) {
      fs.rmSync(temporary, { force: true });
      if (systemCode(error) !== 'ENOENT') this.#possible = false;
      return undefined;
    }
  }

  /** Clones an object's file to `to`, which must not exist, or copies it where blocks cannot be shared. */
  copyOut(file: string, to: string | Buffer): void {
    if (this.#possible) {
      try {
        fs.copyFileSync(file, to, COPYFILE_EXCL | COPYFILE_FICLONE_FORCE);
        return;
      } catch (error) {
        if (systemCode(error) === 'ENOENT' || systemCode(error) === 'EEXIST') throw error;
        this.#possible = false;
        fs.rmSync(to, { force: true });
      }
    }
    fs.copyFileSync(file, to, COPYFILE_EXCL);
  }
}

/** What a system answers that cannot share blocks between two files: not here, not between these, or not at all. */
const REFUSALS = ['ENOTSUP', 'EOPNOTSUPP', 'EXDEV', 'EINVAL', 'ENOSYS', 'ENOTTY'];
const BLOCK_BYTES = 4096;

/**
 * False if the file system refuses to share blocks between a file that `create` makes, and opens for writing, and `to`, which must not
 * exist: tried with one block. Both are gone afterwards.
 */
function sharesBlocks(create: () => { readonly file: string; readonly fd: number }, to: string): boolean {
  try {
    const { file, fd } = create();
    try {
      writeFully(fd, Buffer.alloc(BLOCK_BYTES));
      fs.copyFileSync(file, to, COPYFILE_EXCL | COPYFILE_FICLONE_FORCE);
    } finally {
      fs.closeSync(fd);
      for (const each of [file, to]) fs.rmSync(each, { force: true });
    }
    return true;
  } catch (error) {
    // A full disk, say, answers nothing.
    return !REFUSALS.includes(systemCode(error) ?? '');
  }
}
