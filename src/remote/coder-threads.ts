import { existsSync } from 'node:fs';
import type { Worker } from 'node:worker_threads';
import { copyBytes } from '../copy-bytes.ts';
import { LodeError } from '../errors.ts';
import { type Codec, type EncodedChunk, loadCodec } from '../format/codec.ts';
import { CHUNK_MAX } from '../format/limits.ts';
import { startThread } from '../start-thread.ts';
import { type ChunkDecoder, Coder, type CoderRunner, inlineCoder, type StoredBytes } from './coder.ts';
import { type Slot, slotMemory, slotsIn } from './coder-slots.ts';
import { CODEC_TASKS, type CodecTask } from './coder-task.ts';
import type { Answer, Question } from './coder-worker.ts';

/** Content that makes up for a thread's start, in bytes. */
const WORTH_THREADS = 16 * 1024 * 1024;
/** Of each thread: one that it works on, one that waits for it, one that is filled or emptied. */
const SLOTS_PER_THREAD = 3;
/** A chunk this small is coded sooner than a thread is told of it. */
const WORTH_TELLING = 16 * 1024;
/** A thread's own heap holds little: the bytes are in the slots. */
const HEAP = { maxOldGenerationSizeMb: 64, maxYoungGenerationSizeMb: 2 };

/** The coder for about so many bytes of content: with so many threads, if they pay. Close it. */
export async function coderFor(bytes: number, threads: number): Promise<Coder> {
  const script = workerFor(bytes, threads);
  return script === undefined ? inlineCoder(await loadCodec()) : threadCoder(script, threads);
}

/** As `coderFor`, to read chunks with: the codec and its threads are loaded for the first chunk that is not stored as it is. */
export function decoderFor(bytes: number, threads: number): ChunkDecoder {
  let coder: Promise<Coder> | undefined;
  return {
    width: workerFor(bytes, threads) === undefined ? 1 : threads * SLOTS_PER_THREAD,
    async decode(stored, base) {
      if (isBare(stored)) return stored.data;
      coder ??= coderFor(bytes, threads);
      return (await coder).decode(stored, base);
    },
    close: () =>
      void coder?.then(
        (opened) => opened.close(),
        () => {},
      ),
  };
}

/** True if the stored bytes are the chunk's own, and nobody wants to have them checked. */
function isBare({ kind, data, rawLength, hash }: StoredBytes): boolean {
  return kind === 0 && hash === undefined && data.length === rawLength && rawLength <= CHUNK_MAX;
}

/** The built coder-worker, if threads pay. Beside the sources, where unit tests run, there is none. */
function workerFor(bytes: number, threads: number): URL | undefined {
  const script = new URL('coder-worker.js', import.meta.url);
  return threads === 0 || bytes < WORTH_THREADS || !existsSync(script) ? undefined : script;
}

/** A coder with threads of its own; `script` is the built coder-worker. */
export async function threadCoder(script: URL, threads: number): Promise<Coder> {
  return new Coder(new CoderThreads(script, threads, await loadCodec()));
}

interface Waiting {
  readonly resolve: (chunk: EncodedChunk | undefined) => void;
  readonly reject: (error: unknown) => void;
  readonly task: CodecTask;
  readonly thread: Thread;
}

interface Thread {
  readonly worker: Worker;
  busy: number;
}

class CoderThreads implements CoderRunner {
  readonly codec: Codec;
  readonly #threads: Thread[] = [];
  readonly #slots: readonly Slot[];
  readonly #free: number[];
  /** Who waits for a slot, in order. */
  readonly #queue: (() => void)[] = [];
  readonly #asked = new Map<number, Waiting>();
  #failure: LodeError | undefined;

  constructor(script: URL, threads: number, codec: Codec) {
    this.codec = codec;
    const memory = slotMemory(threads * SLOTS_PER_THREAD);
    this.#slots = slotsIn(memory);
    this.#free = [...this.#slots.keys()];
    for (let i = 0; i < threads; i++) {
      const worker = startThread(script, memory, HEAP);
      worker.unref();
      worker.on('message', (answer: Answer) => this.#answered(answer));
      worker.on('error', (cause) => this.#fail(cause));
      this.#threads.push({ worker, busy: 0 });
    }
  }

  get width(): number {
    return this.#slots.length;
  }

  async run(task: CodecTask): Promise<EncodedChunk | undefined> {
    if (task.data.length < WORTH_TELLING || !fits(task)) return CODEC_TASKS[task.verb](this.codec, task);
    while (this.#free.length === 0 && this.#failure === undefined)
      await new Promise<void>((resolve) => this.#queue.push(resolve));
    if (this.#failure !== undefined) throw this.#failure;
    const index = this.#free.pop()!;
    const slot = this.#slots[index]!;
    copyBytes(task.data, slot.data, 0);
    if (task.base !== undefined) copyBytes(task.base, slot.base, 0);
    const thread = this.#threads.reduce((least, each) => (each.busy < least.busy ? each : least));
    thread.busy++;
    const { data, base, ...rest } = task;
    const question: Question = { ...rest, slot: index, length: data.length, baseLength: base?.length };
    return new Promise((resolve, reject) => {
      this.#asked.set(index, { resolve, reject, task, thread });
      // A process with nothing but this to wait for must not end.
      thread.worker.ref();
      thread.worker.postMessage(question);
    });
  }

  close(): void {
    for (const { worker } of this.#threads) void worker.terminate();
  }

  #answered({ slot, failure, kind, length }: Answer): void {
    const asked = this.#asked.get(slot);
    // Another thread has failed meanwhile, and everybody has been told.
    if (asked === undefined) return;
    const { resolve, reject, task, thread } = asked;
    this.#asked.delete(slot);
    if (--thread.busy === 0) thread.worker.unref();
    if (failure !== undefined) reject(stopped(failure));
    else if (kind === undefined) resolve(undefined);
    else if (length === undefined) resolve({ kind, bytes: task.data });
    else resolve({ kind, bytes: Buffer.from(this.#slots[slot]!.result.subarray(0, length)) });
    this.#free.push(slot);
    this.#queue.shift()?.();
  }

  #fail(cause: unknown): void {
    this.#failure ??= stopped(cause);
    for (const { reject } of this.#asked.values()) reject(this.#failure);
    this.#asked.clear();
    for (const wake of this.#queue.splice(0)) wake();
  }
}

/** What a hostile recipe says may fit no slot: the codec itself refuses it. */
function fits({ data, base }: CodecTask): boolean {
  return data.length <= CHUNK_MAX && (base === undefined || base.length <= CHUNK_MAX);
}

function stopped(cause: unknown): LodeError {
  return new LodeError('INTERNAL', 'a thread that codes chunks has failed', { cause });
}
