import fs from 'node:fs';
import { systemCode } from '../errors.ts';
import type { Repository } from '../git/repository.ts';
import type { FileStore } from '../store/open.ts';
import { PARTIAL_BYTES } from '../store/partial.ts';
import { removeLeft } from '../temporary-file.ts';
import type { Item } from './drain-items.ts';
import { ParentFolders } from './safe-path.ts';
import { TemporaryPlaces } from './temporary-places.ts';

/**
 * Temporary files that get the bytes of large objects while these come, where the file system shares no blocks between the store and the
 * working tree: only to rename them is left then. Which of them have become whole shows when they are looked for; what is not whole is
 * copied from the store.
 */
export class EarlyCopies {
  readonly #places: TemporaryPlaces;
  readonly #files: string[] = [];

  /** Names a file for one item of each of the large objects that are to come. */
  constructor({ workTree, ownDir }: Repository, store: FileStore, waiting: readonly Item[]) {
    const parents = new ParentFolders(workTree!);
    this.#places = new TemporaryPlaces(workTree!, ownDir, parents);
    const large = waiting.filter(
      ({ name, size }) => size >= PARTIAL_BYTES && parents.device(name) !== undefined,
    );
    try {
      this.#name(new Map(large.map((item) => [item.oid, item])).values(), store);
    } catch (error) {
      // Those that have no name by now are copied from the store.
      if (systemCode(error) === undefined) throw error;
    }
  }

  #name(items: Iterable<Item>, store: FileStore): void {
    for (const item of items) {
      const file = this.#places.of(item.name).next();
      // A name that is no UTF-8 is too rare to be taken to another thread.
      if (typeof file !== 'string') continue;
      this.#files.push(file);
      if (store.sharing.tryWith(file)) return;
      item.copyTo = file;
    }
  }

  /** Removes what was not renamed. Call it when nobody writes to them any more. */
  close(): void {
    for (const file of this.#files) removeLeft(file);
    this.#places.close();
  }
}

/** True if the file has all of a content of this size that was written to it as it came. */
export function isWholeCopy(file: string | undefined, size: number): file is string {
  const stat = file === undefined ? undefined : fs.lstatSync(file, { throwIfNoEntry: false });
  return stat?.isFile() === true && stat.size === size;
}
