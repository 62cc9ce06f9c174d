import type { Store } from '../store/store.ts';
import { Assembler } from './fetch-assemble.ts';
import type { Job } from './fetch-job.ts';
import type { Piece } from './fetch-pieces.ts';
import type { Consumer } from './fetch-plain.ts';
import type { Failure } from './ranges.ts';

/** Where a fetch puts what has come, piece by piece, in order, one object after the other. */
export interface Intake extends Consumer {
  /** Takes in a piece, and resolves when there is room for another. */
  append(piece: Piece, bytes: Buffer): Promise<void>;
  /** Gives up on the object from this place. */
  fail(job: Job, failure: Failure): void;
  /** Removes what is half written, and makes what is stored durable. */
  close(): Promise<void>;
}

/** Told of each object that has come into the store, and its content, until it returns, where that is in memory. */
export type OnStored = (job: Job, content?: Buffer) => void;

/** Stores in this thread. */
export class InlineIntake implements Intake {
  readonly #store: Store;
  readonly #assembler: Assembler;
  readonly #onStored: OnStored;

  constructor(store: Store, onStored: OnStored) {
    this.#store = store;
    this.#assembler = new Assembler(store);
    this.#onStored = onStored;
  }

  async append(piece: Piece, bytes: Buffer): Promise<void> {
    this.take(piece, bytes);
  }

  take({ job, offset, last }: Piece, bytes: Buffer): void {
    const { oid, size, copyTo } = job.wanted;
    const assembled = this.#assembler.take({ oid, size, copyTo, offset, last }, bytes);
    if (assembled.outcome === 'corrupt') this.fail(job, 'corrupt');
    if (assembled.outcome !== 'stored') return;
    job.done = true;
    this.#onStored(job, assembled.content);
  }

  fail(job: Job, failure: Failure): void {
    job.failure = failure;
  }

  async settled(): Promise<void> {}

  async released(): Promise<void> {}

  async close(): Promise<void> {
    this.#assembler.abandon();
    this.#store.flush();
  }
}
