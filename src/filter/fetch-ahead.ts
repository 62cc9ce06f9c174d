import { collectAll } from '../buffer-collector.ts';
import { isLodeError } from '../errors.ts';
import type { OpenFetch } from '../remote/bring-objects.ts';
import type { Wanted } from '../worktree/drain.ts';

export type OnObject = (oid: string, content?: Buffer) => void;

/** Fewer objects wait for others: each lot costs the start of threads, and a flush of the disk. */
const LOT_MIN = 500;

/** What has come in all. */
export interface Brought {
  readonly objects: number;
  readonly downloadedBytes: number;
}

/**
 * Fetches objects while git still writes files: whatever has been asked for by the time that the last lot has come is the next one. What
 * fails is not tried again, and told to whoever asks for the rest.
 */
export class FetchAhead {
  readonly #open: () => Promise<OpenFetch>;
  readonly #lotMin: number;
  readonly #absent = new Set<string>();
  readonly #brought = { objects: 0, downloadedBytes: 0 };
  #remote: OpenFetch | undefined;
  #queue: Wanted[] = [];
  #running: Promise<void> | undefined;
  #failure: { readonly error: unknown } | undefined;
  #onObject: OnObject | undefined;

  /** `open` is called once, when there is something to fetch. */
  constructor(open: () => Promise<OpenFetch>, lotMin = LOT_MIN) {
    this.#open = open;
    this.#lotMin = lotMin;
  }

  get brought(): Brought {
    return this.#brought;
  }

  /** Asks for objects. */
  add(wanted: readonly Wanted[]): void {
    if (this.#failure !== undefined) return;
    for (const each of wanted) this.#queue.push(each);
    if (this.#queue.length >= this.#lotMin) this.#running ??= this.#run();
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
    if (this.#failure === undefined)
      await this.#fetch(wanted.filter(({ oid }) => !told.has(oid) && !this.#absent.has(oid)));
    if (this.#failure !== undefined) throw this.#failure.error;
    return this.#absent;
  }

  /** Ends what goes on. Throws what failed for no reason that a person could be told. */
  async close(): Promise<void> {
    this.#queue = [];
    await this.#running;
    this.#remote?.close();
    if (this.#failure !== undefined && !isLodeError(this.#failure.error)) throw this.#failure.error;
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
    try {
      this.#remote ??= await this.#open();
      const tell: OnObject = (oid, content) => this.#onObject?.(oid, content);
      const { objects, downloadedBytes, missing } = await this.#remote.fetch(wanted, tell);
      this.#brought.objects += objects;
      this.#brought.downloadedBytes += downloadedBytes;
      for (const { oid } of missing) this.#absent.add(oid);
    } catch (error) {
      this.#failure = { error };
    }
  }
}
