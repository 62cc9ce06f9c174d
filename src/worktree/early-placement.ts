import { faultPoint } from '../fault-point.ts';
import type { Repository } from '../git/repository.ts';
import { silentReporter } from '../report.ts';
import type { DrainDependencies } from './drain.ts';
import { type Item, isOpen } from './drain-items.ts';
import { Placer, placeAll } from './drain-place.ts';
import { isWholeCopy } from './early-copies.ts';
import { chooseEntries, patchEntries } from './index-patch.ts';

/** Each time rewrites git's index twice: a status meanwhile may have entered files as the pointers that they still are. */
const CHOOSE_EVERY_MS = 5000;
/** To choose takes a twentieth of the time at the most, however many entries the index has. */
const CHOOSE_SHARE = 20;
/** To copy a larger file may take so long that the store takes our sockets for dead. */
const EARLY_SIZE_MAX = 256 * 1024 * 1024;
/** Of what was here before, at a time: the fetch goes on. */
const HERE_MAX = 10_000;

/**
 * Puts in place what is in the store already, while the rest still comes. The entries of all that is to come are chosen when the first of it
 * has, so that each object is put in place as it arrives, while its bytes are still in memory.
 */
export class EarlyPlacement {
  readonly #repository: Repository;
  readonly #dependencies: DrainDependencies;
  readonly #every: number;
  readonly #waiting = new Map<string, Item[]>();
  /** What is in the store, and could not be put in place yet. */
  #here: Item[];
  /** What has been put in place since git's index was patched. */
  #placed: Item[] = [];
  #placer: Placer | undefined;
  /** What is going on, or how long what has been chosen may be put in place. */
  #turn: { readonly running?: Promise<void>; readonly timer?: NodeJS.Timeout } | undefined;
  #failure: { readonly error: unknown } | undefined;

  /** `waiting` are those of `items` whose objects are to come. */
  constructor(
    repository: Repository,
    items: readonly Item[],
    waiting: readonly Item[],
    dependencies: DrainDependencies,
  ) {
    this.#repository = repository;
    // What a person sees meanwhile is how much has come.
    this.#dependencies = { ...dependencies, reporter: silentReporter };
    this.#every = dependencies.chooseEvery ?? CHOOSE_EVERY_MS;
    for (const item of waiting) {
      const others = this.#waiting.get(item.oid);
      if (others === undefined) this.#waiting.set(item.oid, [item]);
      else others.push(item);
    }
    this.#here = items.filter((item) => isOpen(item) && !this.#waiting.has(item.oid));
  }

  /** The object is in the store. */
  arrived(oid: string, content?: Buffer): void {
    const items = this.#waiting.get(oid) ?? [];
    this.#waiting.delete(oid);
    for (const item of items) {
      if (this.#placer === undefined || isTooLong(item)) this.#here.push(item);
      else this.#place(item, this.#placer, content);
    }
    if (this.#turn === undefined) this.#run(() => this.#begin());
  }

  /** Resolves when nothing is being put in place any more. What has not been is left as it was. */
  async end(): Promise<void> {
    await this.#turn?.running;
    clearTimeout(this.#turn?.timer);
    await this.#finish();
    if (this.#failure !== undefined) throw this.#failure.error;
  }

  #run(work: () => Promise<void>): void {
    const running = work().catch((error: unknown) => {
      this.#failure ??= { error };
    });
    this.#turn = { running };
  }

  /** Chooses, and puts in place what has come by then. What comes after it, until the time is over, is put in place at once. */
  async #begin(): Promise<void> {
    const begun = performance.now();
    this.#here = this.#here.filter(isOpen);
    const here = this.#here.filter((item) => !isTooLong(item)).slice(0, HERE_MAX);
    const batch = [...here, ...[...this.#waiting.values()].flat()];
    const indexMtime = await chooseEntries(this.#repository, batch);
    faultPoint('sizes-forgotten');
    const took = performance.now() - begun;
    const locked = batch.filter(({ left }) => left === 'locked');
    // Whoever has git's index now may be done with it the next time.
    for (const item of locked) item.left = undefined;
    if (locked.length === 0) {
      this.#placer = new Placer(this.#repository, indexMtime, this.#dependencies);
      this.#placed.push(...here);
      await placeAll(here, this.#placer, this.#dependencies);
    }
    const timer = setTimeout(
      () =>
        this.#run(async () => {
          await this.#finish();
          this.#turn = undefined;
        }),
      Math.max(this.#every, took * CHOOSE_SHARE),
    );
    this.#turn = { timer };
  }

  #place(item: Item, placer: Placer, content: Buffer | undefined): void {
    placer.place(item, content);
    this.#placed.push(item);
  }

  /** Patches the entries of what is in place. */
  async #finish(): Promise<void> {
    this.#placer?.close();
    this.#placer = undefined;
    const placed = this.#placed;
    this.#placed = [];
    await patchEntries(this.#repository, placed);
  }
}

function isTooLong({ size, copyTo }: Item): boolean {
  return size > EARLY_SIZE_MAX && !isWholeCopy(copyTo, size);
}
