import fs from 'node:fs';

/** Enough for the disk to be busy with, little enough to be done before the last of them counts. */
const EVERY_BYTES = 32 * 1024 * 1024;

/**
 * Has a long file written to the disk while the rest of it still comes, so that there is little left to wait for when it is flushed at
 * the end. A hint: what fails here fails there again.
 */
export class Writeback {
  readonly #file: string;
  #since = 0;
  #running = false;

  constructor(file: string) {
    this.#file = file;
  }

  /** So many bytes more were written. */
  wrote(bytes: number): void {
    this.#since += bytes;
    // Windows lets nobody rename a file that is open.
    if (this.#since < EVERY_BYTES || this.#running || process.platform === 'win32') return;
    this.#since = 0;
    this.#running = true;
    const ended = () => {
      this.#running = false;
    };
    fs.open(this.#file, 'r', (error, fd) => {
      if (error) ended();
      else fs.fdatasync(fd, () => fs.close(fd, ended));
    });
  }
}
