import { on } from 'node:events';
import { existsSync } from 'node:fs';
import type { Worker } from 'node:worker_threads';
import { LodeError } from '../errors.ts';
import { startThread } from '../start-thread.ts';
import type { Store } from '../store/store.ts';
import type { PushContext } from './push-context.ts';
import { type CutItem, type Cutter, corrupt, inlineCutter } from './push-cutter.ts';
import { CutRing } from './push-cutter-ring.ts';
import type { CutterData, CutterMessage, Done } from './push-cutter-worker.ts';
import type { PushObject } from './push-scope.ts';

/** Content that makes up for a thread's start, in bytes. */
const WORTH_A_THREAD = 16 * 1024 * 1024;
/** Objects that the thread is told of at once: its heap holds little. */
const LIST_MAX = 4096;
const HEAP = { maxOldGenerationSizeMb: 64, maxYoungGenerationSizeMb: 2 };

export interface CutterPace {
  /** Whether a thread of its own is wanted. */
  readonly apart: boolean;
  /** Chunks that are under way at once. */
  readonly width: number;
}

/** The cutter for about so many bytes of content: in a thread of its own, if that pays. Close it. */
export function cutterFor(
  bytes: number,
  { store, repository }: Pick<PushContext, 'store' | 'repository'>,
  { apart, width }: CutterPace,
): Cutter {
  const script = new URL('push-cutter-worker.js', import.meta.url);
  // Beside the sources, where unit tests run, there is no built worker.
  if (!apart || bytes < WORTH_A_THREAD || !existsSync(script)) return inlineCutter(store, width);
  return threadCutter(script, store, repository.sharedDir);
}

/** A cutter with a thread of its own; `script` is the built push-cutter-worker, `sharedDir` where `store` is. */
export function threadCutter(script: URL, store: Store, sharedDir: string): Cutter {
  return new CutterThread(script, store, sharedDir);
}

class CutterThread implements Cutter {
  readonly #store: Store;
  readonly #ring = new CutRing();
  readonly #worker: Worker;

  constructor(script: URL, store: Store, sharedDir: string) {
    this.#store = store;
    const workerData: CutterData = { sharedDir, memory: this.#ring.memory };
    this.#worker = startThread(script, workerData, HEAP);
  }

  async *cut(objects: readonly PushObject[]): AsyncGenerator<CutItem, void, undefined> {
    const messages = this.#messages();
    // The thread always has the next list: it need not wait for the word.
    this.#tell(objects.slice(0, LIST_MAX));
    for (let at = 0; at < objects.length; at += LIST_MAX) {
      const list = objects.slice(at, at + LIST_MAX);
      this.#tell(objects.slice(at + LIST_MAX, at + 2 * LIST_MAX));
      for (;;) {
        const { value: message, done } = await messages.next();
        if (done) throw stopped('it has ended');
        if ('done' in message) break;
        yield* this.#items(message, list);
      }
    }
  }

  close(): void {
    void this.#worker.terminate();
  }

  #tell(objects: readonly PushObject[]): void {
    if (objects.length > 0) this.#worker.postMessage(objects.map(({ oid, size }) => ({ oid, size })));
  }

  async *#messages(): AsyncGenerator<CutterMessage, void, undefined> {
    try {
      for await (const [message] of on(this.#worker, 'message', { close: ['exit'] })) yield message;
    } catch (cause) {
      throw stopped(cause);
    }
  }

  *#items(message: Exclude<CutterMessage, Done>, list: readonly PushObject[]): Generator<CutItem> {
    if ('failure' in message) throw Object.assign(message.failure, { code: message.code });
    if ('corrupt' in message) {
      const object = list[message.corrupt]!;
      this.#store.setAside(object.oid);
      throw corrupt(object, message.cause);
    }
    for (const { object, hash, at, length, last } of message.chunks)
      yield { object: list[object]!, hash, data: this.#ring.view(at, length), last };
    yield { release: () => this.#ring.giveBack() };
  }
}

function stopped(cause: unknown): LodeError {
  return new LodeError('INTERNAL', 'the thread that reads and cuts objects has failed', { cause });
}
