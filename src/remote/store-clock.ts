import type { Backend } from '../backend/backend.ts';

/**
 * This machine's clocks: `wall` may be set by hand, `monotonic` may stand still while the machine sleeps. Both in ms.
 */
export interface LocalClocks {
  wall(): number;
  monotonic(): number;
}

export const localClocks: LocalClocks = { wall: Date.now, monotonic: () => performance.now() };

/**
 * The store's clock between two of its replies: its last reply's time, and what has passed here since. Of this
 * machine's two clocks the one that says more is believed, since the protocol's limits are upper limits.
 */
export class StoreClock {
  readonly #local: LocalClocks;
  readonly #made: { readonly wall: number; readonly monotonic: number };
  #reply: { readonly now: number; readonly wall: number; readonly monotonic: number } | undefined;

  constructor(local: LocalClocks = localClocks) {
    this.#local = local;
    this.#made = { wall: local.wall(), monotonic: local.monotonic() };
  }

  /** ms since this clock was made. */
  elapsed(): number {
    return this.#since(this.#made);
  }

  /** Takes in the time of a reply. */
  note(now: number): void {
    this.#reply = { now, wall: this.#local.wall(), monotonic: this.#local.monotonic() };
  }

  /** ms since 1970 on the store's clock. Before its first reply there is none to go by but our own. */
  now(): number {
    if (this.#reply === undefined) return this.#local.wall();
    return Math.floor(this.#reply.now + this.#since(this.#reply));
  }

  #since({ wall, monotonic }: { readonly wall: number; readonly monotonic: number }): number {
    return Math.max(0, this.#local.wall() - wall, this.#local.monotonic() - monotonic);
  }
}

/** Tells `clock` the time of every reply. */
export function withClock(backend: Backend, clock: StoreClock): Backend {
  const noting = async <T extends { readonly now: number }>(reply: Promise<T>): Promise<T> => {
    const result = await reply;
    clock.note(result.now);
    return result;
  };
  return {
    url: backend.url,
    get: (...args) => noting(backend.get(...args)),
    put: (...args) => noting(backend.put(...args)),
    head: (key) => noting(backend.head(key)),
    async *list(prefix, after) {
      for await (const page of backend.list(prefix, after)) {
        clock.note(page.now);
        yield page;
      }
    },
    delete: (keys) => backend.delete(keys),
    close: () => backend.close(),
  };
}
