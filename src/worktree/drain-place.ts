import { setImmediate } from 'node:timers/promises';
import { faultPoint } from '../fault-point.ts';
import type { Repository } from '../git/repository.ts';
import { silentReporter } from '../report.ts';
import type { DrainDependencies } from './drain.ts';
import type { Item } from './drain-items.ts';
import { chooseEntries, patchEntries } from './index-patch.ts';
import { replaceFile } from './replace-file.ts';
import { fullPath, ParentFolders } from './safe-path.ts';
import { TemporaryPlaces } from './temporary-places.ts';

/** A turn of the event loop at least this often, for signals and sockets. */
const TURN_MS = 50;
/** Each time rewrites git's index twice. */
const EARLY_EVERY_MS = 5000;
/** To copy a larger file may take so long that the store takes our sockets for dead. */
const EARLY_SIZE_MAX = 256 * 1024 * 1024;
/** At a time: what is known of them takes memory, and so does the fetch that goes on. */
const EARLY_ITEMS_MAX = 10_000;

/** Puts contents from the store in the place of pointers: all of `items` for which nothing is decided yet. */
export async function placeContents(
  repository: Repository,
  items: readonly Item[],
  dependencies: DrainDependencies,
): Promise<void> {
  const ready = items.filter(isOpen);
  if (ready.length === 0) return;
  const indexMtime = await chooseEntries(repository, ready);
  faultPoint('sizes-forgotten');
  await replaceAll(repository, ready, indexMtime, dependencies);
  faultPoint('files-replaced');
  await patchEntries(repository, ready);
  faultPoint('index-patched');
}

function isOpen({ left, done, stat }: Item): boolean {
  return left === undefined && !done && stat === undefined;
}

/** Puts in place what is in the store already, while the rest still comes: some at a time. */
export class EarlyPlacement {
  readonly #repository: Repository;
  readonly #dependencies: DrainDependencies;
  readonly #every: number;
  readonly #waiting = new Map<string, Item[]>();
  readonly #here: Item[];
  #next: number;
  #running: Promise<void> | undefined;
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
    this.#every = dependencies.placeEvery ?? EARLY_EVERY_MS;
    this.#next = performance.now() + this.#every;
    for (const item of waiting) {
      const others = this.#waiting.get(item.oid);
      if (others === undefined) this.#waiting.set(item.oid, [item]);
      else others.push(item);
    }
    this.#here = items.filter((item) => isOpen(item) && !this.#waiting.has(item.oid));
  }

  /** The object is in the store. */
  arrived(oid: string): void {
    this.#here.push(...(this.#waiting.get(oid) ?? []));
    if (this.#running !== undefined || performance.now() < this.#next) return;
    this.#running = this.#place().catch((error: unknown) => {
      this.#failure ??= { error };
    });
  }

  /** Resolves when nothing is being put in place any more. What has not been is left as it was. */
  async end(): Promise<void> {
    await this.#running;
    if (this.#failure !== undefined) throw this.#failure.error;
  }

  async #place(): Promise<void> {
    const batch = this.#here.splice(0, EARLY_ITEMS_MAX).filter(({ size }) => size <= EARLY_SIZE_MAX);
    await placeContents(this.#repository, batch, this.#dependencies);
    // Whoever has git's index now may be done with it at the end.
    for (const item of batch) if (item.left === 'locked') item.left = undefined;
    this.#next = performance.now() + this.#every;
    this.#running = undefined;
  }
}

async function replaceAll(
  repository: Repository,
  items: readonly Item[],
  indexMtime: number | undefined,
  dependencies: DrainDependencies,
): Promise<void> {
  const parents = new ParentFolders(repository.workTree!);
  const places = new TemporaryPlaces(repository.workTree!, repository.ownDir, parents);
  try {
    await replaceEach(repository, items, indexMtime, dependencies, { parents, places });
  } finally {
    places.close();
  }
}

async function replaceEach(
  repository: Repository,
  items: readonly Item[],
  indexMtime: number | undefined,
  { store, signal, reporter }: DrainDependencies,
  { parents, places }: { parents: ParentFolders; places: TemporaryPlaces },
): Promise<void> {
  const total = items.reduce((sum, item) => sum + item.size, 0);
  const task = reporter.task({ title: 'Checking out', totalBytes: total, totalItems: items.length });
  let turn = performance.now();
  for (const item of items) {
    if (item.done || item.left !== undefined) continue;
    if (signal?.aborted) {
      item.left = 'interrupted';
      continue;
    }
    if (parents.device(item.name) === undefined) {
      item.done = true;
      continue;
    }
    const backDated = (item.chosen || item.byGit) && indexMtime !== undefined;
    const outcome = replaceFile(
      {
        file: fullPath(repository.workTree!, item.name),
        pointer: item.pointer,
        oid: item.oid,
        size: item.size,
        // An entry that is not older than git's index is read again by every status.
        mtime: backDated ? (pointerMtime) => Math.min(pointerMtime, indexMtime - 1) : undefined,
        temporary: places.of(item.name),
      },
      store,
    );
    if (outcome.kind === 'replaced') {
      item.stat = outcome.stat;
      faultPoint('file-replaced');
    } else if (outcome.kind === 'missing-object') item.left = 'missing';
    else if (outcome.kind === 'failed') {
      item.left = 'failed';
      item.failure = outcome.code;
    } else item.done = true;
    task.add(item.size, 1);
    if (performance.now() - turn > TURN_MS) {
      await setImmediate();
      turn = performance.now();
    }
  }
  task.done();
}
