import fs from 'node:fs';
import { systemCode } from '../errors.ts';
import { removeLeft } from '../temporary-file.ts';
import type { IncomingFile } from './incoming-file.ts';
import { writeFully } from './temporary.ts';
import { Writeback } from './writeback.ts';

/**
 * A file that gets an object's bytes beside the object's own, from the same memory, for whoever would copy the object once it is here.
 * Nobody depends on it: where it cannot be written it is given up, and nothing of it is left. It is as long as the object only if it
 * has all of it.
 */
export class SecondCopy {
  readonly #file: string;
  readonly #writeback: Writeback;
  #fd: number | undefined;

  /** `file` must not exist. */
  constructor(file: string) {
    this.#file = file;
    // A rename over another file waits on ext4 until the new one's blocks are chosen, half a second for a GB.
    this.#writeback = new Writeback(file);
    try {
      this.#fd = fs.openSync(file, 'wx', 0o600);
    } catch {
      // Without it the object is copied later, as where it never was thought of.
    }
  }

  /** Puts bytes at a place, one after the other. */
  put(bytes: Uint8Array, at: number): void {
    if (this.#fd === undefined) return;
    try {
      writeFully(this.#fd, bytes, at);
      this.#writeback.wrote(bytes.length);
    } catch {
      this.giveUp();
    }
  }

  /** What is there stays, unless the file system says only now that it could not be written. */
  close(): void {
    const fd = this.#fd;
    this.#fd = undefined;
    if (fd !== undefined && !succeeds(() => fs.closeSync(fd))) removeLeft(this.#file);
  }

  /** Removes it, unless it is closed. True if that has given room back. */
  giveUp(): boolean {
    const fd = this.#fd;
    if (fd === undefined) return false;
    // Whoever flushes it just now has it open: its room would be free only after that.
    succeeds(() => fs.ftruncateSync(fd, 0));
    this.close();
    removeLeft(this.#file);
    return true;
  }
}

/** False if the system refuses. */
function succeeds(action: () => void): boolean {
  try {
    action();
    return true;
  } catch (error) {
    if (systemCode(error) === undefined) throw error;
    return false;
  }
}

/** The same file, with a second that gets the same bytes. */
export function withCopy(incoming: IncomingFile, copy: SecondCopy): IncomingFile {
  return {
    file: incoming.file,
    put(bytes, at) {
      const isNew = incoming.put(bytes, at);
      copy.put(bytes, at);
      return isNew;
    },
    close() {
      incoming.close();
      copy.close();
    },
    leave() {
      copy.giveUp();
      incoming.leave();
    },
    remove() {
      copy.giveUp();
      incoming.remove();
    },
  };
}
