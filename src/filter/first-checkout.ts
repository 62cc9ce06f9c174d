import fs from 'node:fs';
import { isExpected } from '../errors.ts';
import { distinctPointers } from '../git/distinct-pointers.ts';
import { inside } from '../git/inside.ts';
import type { Repository } from '../git/repository.ts';
import { git } from '../git/run.ts';
import type { Pointer } from '../pointer.ts';
import { SMALL_BYTES } from '../store/layout.ts';
import type { FileStore } from '../store/open.ts';
import type { Wanted } from '../worktree/drain.ts';
import { isMissing } from './missing-objects.ts';
import { MANY_SMALL_FILES } from './small-files.ts';

/** So many are brought beforehand at the most: what is known of each is in memory meanwhile. The rest is deferred. */
const MOST = 100_000;

export interface FirstCheckoutDependencies {
  readonly repository: Repository;
  readonly store: FileStore;
  /** Brings objects of the version that is being checked out. True if all of it went well. */
  readonly bring: (wanted: Promise<readonly Wanted[]>, version: string) => Promise<boolean>;
}

/**
 * The checkout of a whole version into an empty working tree: git will ask for every file of it. Where very many of them are small and
 * have to be fetched, they are fetched at the first question instead of at the end, so that each is answered with its content.
 */
export class FirstCheckout {
  readonly #dependencies: FirstCheckoutDependencies;
  #isOver = false;
  /** The first small object that git has asked for. */
  #first: string | undefined;

  constructor(dependencies: FirstCheckoutDependencies) {
    this.#dependencies = dependencies;
  }

  /** True if a question for this pointer is the time to `bring`: for a small object that is not here, the first time. */
  isDue({ oid, size }: Pointer, treeish: string | undefined): boolean {
    if (this.#isOver || size > SMALL_BYTES) return false;
    const { repository, store } = this.#dependencies;
    if (this.#first === undefined) {
      this.#first = oid;
      this.#isOver = treeish === undefined || fs.existsSync(repository.indexFile);
    }
    return !this.#isOver && isMissing(store, { oid, size });
  }

  /** Fetches the small objects of the version, if they are many. True if all of them are here then, as far as the remote has them. */
  async bring(treeish: string): Promise<boolean> {
    this.#isOver = true;
    const { repository, bring } = this.#dependencies;
    const listed = new Listed();
    let brought: Promise<boolean> | undefined;
    try {
      for await (const pointers of distinctPointers(repository, treeish)) {
        listed.add(pointers);
        // git goes through a version in its own order: else it was asked for some paths alone.
        if (listed.first !== undefined && listed.first !== this.#first) return false;
        if (listed.areMany && brought === undefined) {
          if (isSparse(repository)) return false;
          // The remote is opened while the rest is listed.
          brought = handled(bring(listed.all, treeish));
        }
        if (listed.isFull) break;
      }
    } catch (error) {
      // Who puts the files in place when git has ended finds out the same, and says so.
      if (!isExpected(error)) throw error;
      listed.clear();
    } finally {
      listed.end();
    }
    return brought !== undefined && (await brought) && listed.areMany;
  }
}

/** The small objects of a version, as they are found. */
class Listed {
  readonly #wanted = new Map<string, Wanted>();
  #resolve: (wanted: readonly Wanted[]) => void = () => {};
  /** Resolves at the end. */
  readonly all = new Promise<readonly Wanted[]>((resolve) => {
    this.#resolve = resolve;
  });

  get first(): string | undefined {
    const [first] = this.#wanted.keys();
    return first;
  }

  get areMany(): boolean {
    return this.#wanted.size >= MANY_SMALL_FILES;
  }

  get isFull(): boolean {
    return this.#wanted.size >= MOST;
  }

  add(pointers: readonly Pointer[]): void {
    for (const { oid, size } of pointers) {
      if (size <= SMALL_BYTES && !this.isFull) this.#wanted.set(oid, { oid, size, path: oid });
    }
  }

  clear(): void {
    this.#wanted.clear();
  }

  end(): void {
    this.#resolve([...this.#wanted.values()]);
  }
}

/** A promise that is waited for later: its failure is nobody's surprise until then. */
function handled<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => {});
  return promise;
}

/** True if not every file of a version gets into the working tree. */
function isSparse(repository: Repository): boolean {
  const asked = git(['config', '--type=bool', '--get', 'core.sparseCheckout'], inside(repository));
  return asked.stdout.toString('latin1').trim() === 'true';
}
