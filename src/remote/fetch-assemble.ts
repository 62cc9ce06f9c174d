import { isLodeError } from '../errors.ts';
import type { ObjectWriter, Store } from '../store/store.ts';
import type { Job } from './fetch-job.ts';
import type { Piece } from './fetch-pieces.ts';
import type { Failure } from './ranges.ts';

/** Writes objects into the store from their pieces, which come in order and one object after the other. */
export class Assembler {
  readonly #store: Store;
  #open: { readonly job: Job; readonly writer: ObjectWriter } | undefined;

  constructor(store: Store) {
    this.#store = store;
  }

  /** Appends a piece; the last one puts the object, which the writer verifies, into the store. */
  append({ job, last }: Piece, bytes: Buffer): void {
    const writer = this.#writer(job);
    try {
      writer.write(bytes);
      if (!last) return;
      writer.finish(job.wanted.oid);
      this.#open = undefined;
      job.done = true;
    } catch (error) {
      if (!isLodeError(error, 'OBJECT_CORRUPT')) throw error;
      this.fail(job, 'corrupt');
    }
  }

  /** Gives up on the object from this place. */
  fail(job: Job, failure: Failure): void {
    job.failure = failure;
    if (this.#open?.job === job) this.close();
  }

  /** Removes what is half written. */
  close(): void {
    this.#open?.writer.abort();
    this.#open = undefined;
  }

  #writer(job: Job): ObjectWriter {
    if (this.#open?.job !== job) {
      this.close();
      this.#open = { job, writer: this.#store.write(job.wanted.size, job.wanted.oid) };
    }
    return this.#open.writer;
  }
}
