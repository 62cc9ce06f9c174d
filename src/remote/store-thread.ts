import { existsSync } from 'node:fs';
import type { Worker } from 'node:worker_threads';
import { copyBytes } from '../copy-bytes.ts';
import { isLodeError, LodeError } from '../errors.ts';
import { startThread } from '../start-thread.ts';
import { SMALL_BYTES } from '../store/layout.ts';
import type { Store } from '../store/store.ts';
import { receivedError } from '../thread-error.ts';
import type { Wanted } from './fetch.ts';
import { WHOLE_BYTES } from './fetch-assemble.ts';
import { InlineIntake, type Intake, type OnStored } from './fetch-intake.ts';
import type { Job } from './fetch-job.ts';
import type { Piece } from './fetch-pieces.ts';
import type { Failure } from './ranges.ts';
import { type Batch, note } from './store-batch.ts';
import type { StoreAnswer, StoreQuestion } from './store-worker.ts';

/** Content that makes up for the thread's start, in bytes. */
const WORTH_THREAD = 16 * 1024 * 1024;
/** The thread's own heap holds little: the bytes are in shared memory. */
const HEAP = { maxOldGenerationSizeMb: 64, maxYoungGenerationSizeMb: 2 };

/** Stores what is `wanted` in this thread, or in one of its own, if that pays. Close it. */
export function intakeFor(
  store: Store,
  wanted: readonly Wanted[],
  threads: number,
  onStored: OnStored,
): Intake {
  const script = new URL('store-worker.js', import.meta.url);
  const bytes = wanted.reduce((sum, { size }) => sum + (isThreads(size) ? size : 0), 0);
  // Beside the sources, where unit tests run, there is no built worker.
  if (threads === 0 || bytes < WORTH_THREAD || !existsSync(script)) return new InlineIntake(store, onStored);
  return new ThreadIntake(script, store, onStored);
}

/** The smallest share a file, and are stored sooner than the thread is told of them. */
function isThreads(size: number): boolean {
  return size > SMALL_BYTES;
}

/** Bytes that the thread is told of at once. */
const BATCH_BYTES = 1024 * 1024;
/** Memory for bytes that come in no memory of their own that can be shared: each has room for an object that is in memory as a whole. */
const SLOT_BYTES = WHOLE_BYTES;
/** One that is filled, one that is stored, and one between them. */
const SLOTS = 3;

/**
 * Stores in a thread while this one reads from sockets and fills the working tree. What came in shared memory stays there until it is
 * stored, and whoever waits for the object has been told; the rest is copied into slots.
 */
export class ThreadIntake implements Intake {
  readonly #worker: Worker;
  readonly #small: InlineIntake;
  readonly #onStored: OnStored;
  readonly #slots: SharedArrayBuffer[] = [];
  #slotsMade = 0;
  #open: Batch | undefined;
  /** What the thread has not answered yet, in order. */
  readonly #sent: Batch[] = [];
  /** Objects that are whole, and with the thread or about to be. */
  #unsettled = 0;
  #ended = false;
  /** Who waits for the next answer. */
  #waiting: (() => void)[] = [];
  #failure: { readonly error: unknown } | undefined;

  /** `script` is the built store-worker. */
  constructor(script: URL, store: Store, onStored: OnStored) {
    this.#small = new InlineIntake(store, onStored);
    this.#onStored = onStored;
    this.#worker = startThread(script, store.folder, HEAP);
    this.#worker.unref();
    this.#worker.on('message', (answer: StoreAnswer) => this.#answered(answer));
    this.#worker.on('error', (cause) => this.#fail(stopped(cause)));
    this.#worker.on('exit', () => this.#fail(stopped(undefined)));
  }

  async append(piece: Piece, bytes: Buffer): Promise<void> {
    const { job, offset, last } = piece;
    const { size } = job.wanted;
    if (!isThreads(size)) return this.#small.append(piece, bytes);
    const end = offset + bytes.length;
    if (bytes.length === 0 || end > size || (last && end !== size)) return this.fail(job, 'corrupt');
    this.#throwFailure();
    if (bytes.buffer instanceof SharedArrayBuffer) this.#refer(piece, bytes, bytes.buffer);
    else await this.#copy(piece, bytes);
    if (last) {
      this.#open!.parts.at(-1)!.last = true;
      this.#unsettled += 1;
    }
    // An object that is in one batch as a whole is told of with its content.
    if (this.#open!.bytes >= BATCH_BYTES && (last || size > WHOLE_BYTES)) this.#send();
  }

  #refer({ job, offset }: Piece, bytes: Buffer, memory: SharedArrayBuffer): void {
    if (this.#open?.memory !== memory) this.#begin(memory, false);
    note(this.#open!, { job, offset, start: bytes.byteOffset, length: bytes.length, last: false });
  }

  async #copy({ job, offset }: Piece, bytes: Buffer): Promise<void> {
    const { size } = job.wanted;
    const least = size <= SLOT_BYTES ? size - offset : 1;
    for (let done = 0; done < bytes.length; ) {
      const slot = await this.#slotWith(least);
      const start = slot.bytes;
      const part = bytes.subarray(done, done + SLOT_BYTES - start);
      const length = copyBytes(part, Buffer.from(slot.memory), start);
      note(slot, { job, offset: offset + done, start, length, last: false });
      done += length;
    }
  }

  /** The slot that is being filled, once it has so much room. */
  async #slotWith(room: number): Promise<Batch> {
    if (this.#open?.isSlot && SLOT_BYTES - this.#open.bytes >= room) return this.#open;
    this.#send();
    while (this.#slots.length === 0 && this.#slotsMade === SLOTS) await this.#nextAnswer();
    return this.#begin(this.#slots.pop() ?? this.#newSlot(), true);
  }

  #newSlot(): SharedArrayBuffer {
    this.#slotsMade += 1;
    return new SharedArrayBuffer(SLOT_BYTES);
  }

  #begin(memory: SharedArrayBuffer, isSlot: boolean): Batch {
    this.#send();
    this.#open = { memory, isSlot, parts: [], bytes: 0 };
    return this.#open;
  }

  fail(job: Job, failure: Failure): void {
    job.failure = failure;
    const batch = this.#open;
    while (batch?.parts.at(-1)?.job === job) batch.bytes -= batch.parts.pop()!.length;
  }

  async settled(): Promise<void> {
    if (this.#unsettled > 0) this.#send();
    while (this.#unsettled > 0) await this.#nextAnswer();
  }

  async released(): Promise<void> {
    this.#send();
    const last = this.#sent.at(-1);
    while (last !== undefined && this.#sent.includes(last)) await this.#nextAnswer();
  }

  async close(): Promise<void> {
    try {
      if (this.#failure === undefined) {
        this.#ask('end');
        while (!this.#ended) await this.#nextAnswer();
      }
    } finally {
      await this.#worker.terminate();
      await this.#small.close();
    }
  }

  #send(): void {
    const batch = this.#open;
    if (batch === undefined) return;
    this.#open = undefined;
    this.#sent.push(batch);
    const parts = batch.parts.map(({ job, ...part }) => ({ ...job.wanted, ...part }));
    this.#ask({ memory: batch.memory, parts });
  }

  #ask(question: StoreQuestion): void {
    // A process with nothing but this to wait for must not end.
    this.#worker.ref();
    this.#worker.postMessage(question);
  }

  #answered({ outcomes, failure }: StoreAnswer): void {
    if (failure !== undefined) this.#fail(expected(receivedError(failure)));
    else if (outcomes === undefined) this.#ended = true;
    else this.#take(this.#sent.shift()!, outcomes);
    this.#wake();
  }

  #take({ memory, isSlot, parts }: Batch, outcomes: NonNullable<StoreAnswer['outcomes']>): void {
    for (const [at, { job, start, length, last }] of parts.entries()) {
      if (last) this.#unsettled -= 1;
      if (outcomes[at] === 'corrupt') job.failure ??= 'corrupt';
      if (outcomes[at] === 'stored') this.#stored(job, Buffer.from(memory, start, length));
    }
    if (isSlot) this.#slots.push(memory);
    if (this.#sent.length === 0) this.#worker.unref();
  }

  #stored(job: Job, bytes: Buffer): void {
    job.done = true;
    // After a failure nobody counts on being told any more.
    if (this.#failure !== undefined) return;
    try {
      this.#onStored(job, bytes.length === job.wanted.size ? bytes : undefined);
    } catch (error) {
      this.#fail(error);
    }
  }

  async #nextAnswer(): Promise<void> {
    this.#throwFailure();
    await new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#throwFailure();
  }

  #throwFailure(): void {
    if (this.#failure !== undefined) throw this.#failure.error;
  }

  #fail(error: unknown): void {
    this.#failure ??= { error };
    this.#wake();
  }

  #wake(): void {
    for (const wake of this.#waiting.splice(0)) wake();
  }
}

function expected(error: unknown): unknown {
  return isLodeError(error) ? error : stopped(error);
}

function stopped(cause: unknown): LodeError {
  return new LodeError('INTERNAL', 'the thread that stores objects has failed', { cause });
}
