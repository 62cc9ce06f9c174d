import { setImmediate } from 'node:timers/promises';
import { faultPoint } from '../fault-point.ts';
import type { Repository } from '../git/repository.ts';
import type { DrainDependencies } from './drain.ts';
import { type Item, isOpen } from './drain-items.ts';
import { chooseEntries, patchEntries } from './index-patch.ts';
import { replaceFile } from './replace-file.ts';
import { fullPath, ParentFolders } from './safe-path.ts';
import { TemporaryPlaces } from './temporary-places.ts';

/** A turn of the event loop at least this often, for signals and sockets. */
const TURN_MS = 50;

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
  const placer = new Placer(repository, indexMtime, dependencies);
  try {
    await placeAll(ready, placer, dependencies);
  } finally {
    placer.close();
  }
  faultPoint('files-replaced');
  await patchEntries(repository, ready);
  faultPoint('index-patched');
}

/** Places those of `items` that are open, and tells how far it is. */
export async function placeAll(
  items: readonly Item[],
  placer: Placer,
  { reporter }: Pick<DrainDependencies, 'reporter'>,
): Promise<void> {
  const total = items.reduce((sum, item) => sum + item.size, 0);
  const task = reporter.task({ title: 'Checking out', totalBytes: total, totalItems: items.length });
  let turn = performance.now();
  for (const item of items) {
    if (!isOpen(item)) continue;
    placer.place(item);
    if (item.left !== 'interrupted') task.add(item.size, 1);
    if (performance.now() - turn > TURN_MS) {
      await setImmediate();
      turn = performance.now();
    }
  }
  task.done();
}

/** Replaces pointers of one working tree whose entries have been chosen. Folders are looked at once: make another for what comes much later. */
export class Placer {
  readonly #repository: Repository;
  readonly #indexMtime: number | undefined;
  readonly #dependencies: DrainDependencies;
  readonly #parents: ParentFolders;
  readonly #places: TemporaryPlaces;

  /** `indexMtime` is what choosing the entries gave. */
  constructor(repository: Repository, indexMtime: number | undefined, dependencies: DrainDependencies) {
    this.#repository = repository;
    this.#indexMtime = indexMtime;
    this.#dependencies = dependencies;
    this.#parents = new ParentFolders(repository.workTree!);
    this.#places = new TemporaryPlaces(repository.workTree!, repository.ownDir, this.#parents);
  }

  /** Puts the content in place, and notes in the item what came of it. `content` is the object's, which is in the store, if it is in memory. */
  place(item: Item, content?: Buffer): void {
    const { store, signal } = this.#dependencies;
    if (signal?.aborted) {
      item.left = 'interrupted';
      return;
    }
    if (this.#parents.device(item.name) === undefined) {
      item.done = true;
      return;
    }
    const indexMtime = item.chosen || item.byGit ? this.#indexMtime : undefined;
    const outcome = replaceFile(
      {
        file: fullPath(this.#repository.workTree!, item.name),
        pointer: item.pointer,
        oid: item.oid,
        size: item.size,
        // An entry that is not older than git's index is read again by every status.
        mtime:
          indexMtime === undefined ? undefined : (pointerMtime) => Math.min(pointerMtime, indexMtime - 1),
        temporary: this.#places.of(item.name),
        content,
        copy: item.copyTo,
      },
      store,
    );
    switch (outcome.kind) {
      case 'replaced':
        item.stat = outcome.stat;
        faultPoint('file-replaced');
        return;
      case 'missing-object':
        item.left = 'missing';
        return;
      case 'failed':
        item.left = 'failed';
        item.failure = outcome.code;
        return;
      case 'not-a-pointer':
        item.done = true;
    }
  }

  close(): void {
    this.#places.close();
  }
}
