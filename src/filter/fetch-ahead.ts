import { collectAll } from '../buffer-collector.ts';
import { isLodeError } from '../errors.ts';
import type { Wanted } from '../worktree/drain.ts';

type OnObject = (oid: string, content?: Buffer) => void;

/** Resolves to the oids that the remote does not have; throws why it cannot be read, or INTERRUPTED. */
export type FetchLot = (
  wanted: readonly Wanted[],
  onObject: OnObject,
  signal: AbortSignal,
) => Promise<ReadonlySet<string>>;

/** Fewer objects wait for others: each lot costs the start of threads, and a flush of the disk. */
const LOT_MIN = 500;

/**
 * Fetches objects while git still writes files: whatever has been asked for by the time that the last lot has come is the next one. What
 * fails is not tried again, and told to whoever asks for the rest.
 */
export class FetchAhead {
  readonly #fetchLot: FetchLot;
  readonly #signal: AbortSignal;
  readonly #failed: () => void;
  readonly #lotMin: number;
  readonly #absent = new Set<string>();
  #stop = new AbortController();
  #gaveWay = false;
  #queue: Wanted[] = [];
  #running: Promise<void> | undefined;
  #failure: { readonly error: unknown } | undefined;
  #onObject: OnObject | undefined;

  /** `signal` ends everything; `failed` is called when a lot has failed. */
  constructor(fetchLot: FetchLot, signal: AbortSignal, failed: () => void, lotMin = LOT_MIN) {
    this.#fetchLot = fetchLot;
    this.#signal = signal;
    this.#failed = failed;
    this.#lotMin = lotMin;
    signal.addEventListener('abort', () => this.#stop.abort());
  }

  /** Asks for objects. */
  add(wanted: readonly Wanted[]): void {
    if (this.#failure !== undefined || this.#gaveWay) return;
    for (const each of wanted) this.#queue.push(each);
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
    this.#renew();
    if (this.#failure === undefined)
      await this.#fetch(wanted.filter(({ oid }) => !told.has(oid) && !this.#absent.has(oid)));
    if (this.#failure !== undefined) throw this.#failure.error;
    return this.#absent;
  }

  /** Ends what goes on. Throws what failed for no reason that a person could be told. */
  async close(): Promise<void> {
    this.#queue = [];
    await this.#running;
    if (this.#failure !== undefined && !isLodeError(this.#failure.error)) throw this.#failure.error;
  }

  /** Who has given way and is asked all the same goes on, unless everything is to end. */
  #renew(): void {
    if (!this.#gaveWay || this.#signal.aborted) return;
    this.#gaveWay = false;
    this.#stop = new AbortController();
  }

  async #run(): Promise<void> {
    while (this.#queue.length >= this.#lotMin && this.#failure === undefined) {
      const wanted = this.#queue;
      this.#queue = [];
      await this.#fetch(wanted);
      // The memory of its threads would else lie there beside that of the next one's.
      await collectAll();
    }
    this.#running = undefined;
  }

  async #fetch(wanted: readonly Wanted[]): Promise<void> {
    if (wanted.length === 0) return;
    const { signal } = this.#stop;
    try {
      const tell: OnObject = (oid, content) => this.#onObject?.(oid, content);
      for (const oid of await this.#fetchLot(wanted, tell, signal)) this.#absent.add(oid);
    } catch (error) {
      if (this.#gaveWay && !this.#signal.aborted) return;
      this.#failure = { error };
      this.#failed();
    }
  }
}
