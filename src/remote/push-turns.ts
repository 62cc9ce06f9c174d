import { setImmediate as letSocketsRun } from 'node:timers/promises';
import { HeapCollector } from '../buffer-collector.ts';
import { LodeError } from '../errors.ts';

/** Content that may pass before the event loop gets its turn. */
export const TURN_BYTES = 1024 * 1024;

/** What keeps a push from having the process to itself: sockets, the heap's limit, and whoever wants it to stop. */
export class Turns {
  readonly #signal: AbortSignal;
  readonly #heap = new HeapCollector();
  #bytes = 0;

  constructor(signal: AbortSignal) {
    this.#signal = signal;
  }

  /** Call it with the length of what is about to be worked on. Throws INTERRUPTED. */
  async after(bytes: number): Promise<void> {
    this.#bytes += bytes;
    if (this.#bytes >= TURN_BYTES) await this.next();
  }

  async next(): Promise<void> {
    this.#bytes = 0;
    await letSocketsRun();
    this.#heap.check();
    if (this.#signal.aborted) throw new LodeError('INTERRUPTED', 'interrupted');
  }
}
