import { existsSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { type ErrorCode, type ErrorDetails, LodeError } from '../errors.ts';
import { SMALL_BYTES } from '../store/layout.ts';
import type { Store } from '../store/store.ts';
import type { Wanted } from './fetch.ts';
import { InlineIntake, type Intake, type OnStored } from './fetch-intake.ts';
import type { Job } from './fetch-job.ts';
import type { Piece } from './fetch-pieces.ts';
import type { Failure } from './ranges.ts';
import { SLOT_BYTES, storeMemory, storeSlots } from './store-slots.ts';
import type { SlotPart, StoreAnswer, StoreQuestion, StoreThreadData } from './store-worker.ts';

/** Content that makes up for the thread's start, in bytes. */
const WORTH_THREAD = 16 * 1024 * 1024;
/** The thread's own heap holds little: the bytes are in the slots. */
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

interface FilledPart extends Omit<SlotPart, 'oid' | 'size'> {
  readonly job: Job;
  length: number;
  last: boolean;
}

interface Slot {
  readonly index: number;
  readonly bytes: Buffer;
  readonly parts: FilledPart[];
  filled: number;
}

/**
 * Stores in a thread while this one reads from sockets and fills the working tree. Objects up to a slot's size are in one slot as a whole,
 * which is theirs until whoever waits for the object has been told.
 */
export class ThreadIntake implements Intake {
  readonly #worker: Worker;
  readonly #small: InlineIntake;
  readonly #onStored: OnStored;
  readonly #free: Slot[];
  readonly #sent = new Map<number, Slot>();
  #filling: Slot | undefined;
  /** Whole objects that are with the thread or about to be. */
  #unsettled = 0;
  #ended = false;
  /** Who waits for the next answer. */
  #waiting: (() => void)[] = [];
  #failure: { readonly error: unknown } | undefined;

  /** `script` is the built store-worker. */
  constructor(script: URL, store: Store, onStored: OnStored) {
    this.#small = new InlineIntake(store, onStored);
    this.#onStored = onStored;
    const memory = storeMemory();
    this.#free = storeSlots(memory).map((bytes, index) => ({ index, bytes, parts: [], filled: 0 }));
    const workerData: StoreThreadData = { folder: store.folder, memory };
    this.#worker = new Worker(script, { workerData, resourceLimits: HEAP });
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
    const room = size <= SLOT_BYTES ? size - offset : 1;
    for (let done = 0; done < bytes.length; ) {
      const slot = await this.#slotWith(room);
      const count = bytes.copy(slot.bytes, slot.filled, done);
      note(slot, { job, offset: offset + done, start: slot.filled, length: count, last: false });
      slot.filled += count;
      done += count;
    }
    if (!last) return;
    this.#filling!.parts.at(-1)!.last = true;
    this.#unsettled += 1;
  }

  fail(job: Job, failure: Failure): void {
    job.failure = failure;
    const slot = this.#filling;
    const open = slot?.parts.at(-1);
    if (slot === undefined || open?.job !== job) return;
    slot.parts.pop();
    slot.filled = open.start;
  }

  async settled(): Promise<void> {
    if (this.#unsettled > 0) this.#send();
    while (this.#unsettled > 0) await this.#nextAnswer();
  }

  async close(): Promise<void> {
    try {
      if (this.#failure === undefined) {
        this.#ask({});
        while (!this.#ended) await this.#nextAnswer();
      }
    } finally {
      await this.#worker.terminate();
      await this.#small.close();
    }
  }

  /** The slot that is being filled, once it has so much room. */
  async #slotWith(room: number): Promise<Slot> {
    if (this.#filling !== undefined && SLOT_BYTES - this.#filling.filled >= room) return this.#filling;
    this.#send();
    while (this.#free.length === 0) await this.#nextAnswer();
    this.#throwFailure();
    this.#filling = this.#free.pop()!;
    return this.#filling;
  }

  #send(): void {
    const slot = this.#filling;
    if (slot === undefined) return;
    this.#filling = undefined;
    this.#sent.set(slot.index, slot);
    const parts = slot.parts.map(({ job, ...part }) => ({ ...job.wanted, ...part }));
    this.#ask({ slot: slot.index, parts });
  }

  #ask(question: StoreQuestion): void {
    // A process with nothing but this to wait for must not end.
    this.#worker.ref();
    this.#worker.postMessage(question);
  }

  #answered({ slot: index, outcomes, failure }: StoreAnswer): void {
    if (failure !== undefined) this.#fail(retold(failure));
    else if (index === undefined) this.#ended = true;
    else this.#settle(this.#sent.get(index)!, outcomes!);
    this.#wake();
  }

  #settle(slot: Slot, outcomes: NonNullable<StoreAnswer['outcomes']>): void {
    for (const [at, { job, start, length, last }] of slot.parts.entries()) {
      if (last) this.#unsettled -= 1;
      if (outcomes[at] === 'corrupt') job.failure ??= 'corrupt';
      if (outcomes[at] === 'stored') this.#stored(job, slot.bytes.subarray(start, start + length));
    }
    slot.parts.length = 0;
    slot.filled = 0;
    this.#sent.delete(slot.index);
    this.#free.push(slot);
    if (this.#sent.size === 0) this.#worker.unref();
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

/** Notes what a slot got: bytes that go on where the last ended are one part with it. */
function note({ parts }: Slot, part: FilledPart): void {
  const before = parts.at(-1);
  const goesOn = before?.job === part.job && before.offset + before.length === part.offset;
  if (goesOn) before.length += part.length;
  else parts.push(part);
}

function retold(failure: unknown): unknown {
  const told = failure as { code?: ErrorCode; message?: string; details?: ErrorDetails };
  if (told.code === undefined || told.details === undefined) return stopped(failure);
  return new LodeError(told.code, told.message ?? '', told.details);
}

function stopped(cause: unknown): LodeError {
  return new LodeError('INTERNAL', 'the thread that stores objects has failed', { cause });
}
