import { collectAll } from '../buffer-collector.ts';
import { isExpected } from '../errors.ts';
import type { OnObject } from '../remote/fetch.ts';
import type { Wanted } from '../worktree/drain.ts';

export interface AheadOptions {
  /** Resolves to the oids that the remote does not have; throws why it cannot be read, or INTERRUPTED. */
  readonly fetchLot: (
    wanted: readonly Wanted[],
    onObject: OnObject,
    signal: AbortSignal,
  ) => Promise<ReadonlySet<string>>;
  /** Ends everything. */
  readonly signal: AbortSignal;
  /** True if a failure would be the same again, after as long a time. */
  readonly isLasting: (error: unknown) => Promise<boolean>;
  /** Objects of a lot; others may stand for a test. */
  readonly lotMin?: number;
}

/** Fewer objects wait for others: each lot costs the start of threads, and a flush of the disk. */
const LOT_MIN = 500;
/** What is known of each object of a lot is in memory until its end. */
const LOT_MAX = 20_000;
/** More are not remembered: whoever asks for the rest has them in the journal. */
const QUEUE_MAX = 100_000;

/**
 * Fetches objects while git still writes files: whatever has been asked for by the time that the last lot has come is the next one. What
 * fails is not tried again, and told to whoever asks for the rest.
 */
export class FetchAhead {
  readonly #options: AheadOptions;
  readonly #lotMin: number;
  #stop = new AbortController();
  #gaveWay = false;
  #queue: Wanted[] = [];
  #running: Promise<void> | undefined;
  #failure: { readonly error: unknown } | undefined;
  #onObject: OnObject | undefined;

  constructor(options: AheadOptions) {
    this.#options = options;
    this.#lotMin = options.lotMin ?? LOT_MIN;
    options.signal.addEventListener('abort', () => this.#stop.abort());
  }

  /** Asks for objects. */
  add(wanted: readonly Wanted[]): void {
    if (this.#failure !== undefined || this.#gaveWay) return;
    for (const each of wanted) if (this.#queue.length < QUEUE_MAX) this.#queue.push(each);
    if (this.#queue.length >= this.#lotMin) this.#running ??= this.#run();
  }

  /** Leaves everything to somebody else, who has begun to do the same. */
  giveWay(): void {
    if (this.#gaveWay) return;
    this.#gaveWay = true;
    this.#queue = [];
    this.#stop.abort();
  }

  /**
   * Brings what has not come yet of `wanted`, and nothing else any more. Resolves to the oids that the remote does not have; throws why the
   * remote cannot be read, or could not be.
   */
  async bring(wanted: readonly Wanted[], onObject: OnObject): Promise<ReadonlySet<string>> {
    this.#queue = [];
    const told = new Set<string>();
    this.#onObject = (oid, content) => {
      told.add(oid);
      onObject(oid, content);
    };
    await this.#running;
    const { signal, isLasting } = this.#options;
    if (this.#failure !== undefined && (signal.aborted || (await isLasting(this.#failure.error))))
      throw this.#failure.error;
    const rest = wanted.filter(({ oid }) => !told.has(oid));
    return rest.length === 0 ? new Set() : this.#fetch(rest, signal);
  }

  /** Ends what goes on: what has come by then is on disk. Throws what failed for no reason that a person could be told. */
  async close(): Promise<void> {
    this.giveWay();
    await this.#running;
    const { error } = this.#failure ?? {};
    if (this.#failure !== undefined && !isExpected(error)) throw error;
  }

  /** Never rejects: nobody may be listening. */
  async #run(): Promise<void> {
    try {
      while (this.#queue.length >= this.#lotMin) {
        const lot = this.#queue.splice(0, LOT_MAX);
        await this.#fetch(lot, this.#stop.signal);
        // The memory of its threads would else lie there beside that of the next one's.
        await collectAll();
      }
    } catch (error) {
      // Who has given way expects to be interrupted.
      if (!this.#gaveWay || this.#options.signal.aborted) this.#failure = { error };
      this.#queue = [];
    } finally {
      this.#running = undefined;
    }
  }

  #fetch(wanted: readonly Wanted[], signal: AbortSignal): Promise<ReadonlySet<string>> {
    return this.#options.fetchLot(wanted, (oid, content) => this.#onObject?.(oid, content), signal);
  }
}
