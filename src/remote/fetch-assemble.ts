import { isLodeError } from '../errors.ts';
import { CHUNK_MAX } from '../format/limits.ts';
import { sha256 } from '../store/sha256.ts';
import type { ObjectWriter, Store } from '../store/store.ts';
import type { Job } from './fetch-job.ts';
import type { Piece } from './fetch-pieces.ts';
import type { Failure } from './ranges.ts';

/** Objects up to this size are in memory as a whole before they are stored. */
const WHOLE_BYTES = 1024 * 1024;

/** Puts objects into the store from their pieces, which come in order and one object after the other. */
export class Assembler {
  readonly #store: Store;
  /** An object that is too large to be in memory. */
  #open: { readonly job: Job; readonly writer: ObjectWriter } | undefined;
  /** The pieces of one that is not, one behind the other. */
  #held: Buffer | undefined;

  constructor(store: Store) {
    this.#store = store;
  }

  /**
   * Takes in a piece. The last one puts the object into the store, if that proves to be the object that is wanted, and gives its content
   * where that is in memory, until the next call.
   */
  append(piece: Piece, bytes: Buffer): Buffer | undefined {
    const { job } = piece;
    return job.wanted.size <= WHOLE_BYTES ? this.#takeIn(piece, bytes) : this.#write(piece, bytes);
  }

  #takeIn(piece: Piece, bytes: Buffer): Buffer | undefined {
    const { job, last } = piece;
    const { oid, size } = job.wanted;
    const content = this.#join(piece, bytes);
    if (!last && content.length <= size) return undefined;
    if (content.length !== size || sha256(content) !== oid) {
      this.fail(job, 'corrupt');
      return undefined;
    }
    this.#store.add(oid, content);
    job.done = true;
    return content;
  }

  /** The content up to the end of the piece. One that is a single piece is not copied. */
  #join({ offset, last }: Piece, bytes: Buffer): Buffer {
    if (offset === 0 && last) return bytes;
    this.#held ??= Buffer.allocUnsafeSlow(WHOLE_BYTES + CHUNK_MAX);
    bytes.copy(this.#held, offset);
    return this.#held.subarray(0, offset + bytes.length);
  }

  #write({ job, last }: Piece, bytes: Buffer): undefined {
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
      this.#open = { job, writer: this.#store.write(job.wanted.size) };
    }
    return this.#open.writer;
  }
}
