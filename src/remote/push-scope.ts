import { type KnownPointers, pointerBatchesInRange } from '../git/pointers-in-range.ts';
import { rangeBases } from '../git/range-bases.ts';
import type { Repository } from '../git/repository.ts';

/** An object that the pushed commits name. */
export interface PushObject {
  readonly oid: string;
  /** Bytes of content, as the pointer says. */
  readonly size: number;
  /** The pointer's own blob in git. */
  readonly blob: string;
  /** One path that names it, for messages. */
  readonly path: string;
}

/** What a push brings, and what it takes for granted. */
export interface PushScope {
  readonly tips: readonly string[];
  /** As `git rev-list` takes it: object ids and `--remotes=<name>`. */
  readonly exclude: readonly string[];
  /** The oldest commits' first, so that a version is stored before those that were made from it. */
  readonly objects: readonly PushObject[];
}

/** Step 1: the objects of the commits that are reached from `tips` and not from `exclude`, each once. `known` makes many cheaper. */
export async function findScope(
  repository: Repository,
  tips: readonly string[],
  exclude: readonly string[],
  signal: AbortSignal,
  known?: KnownPointers,
): Promise<PushScope> {
  const objects = new Map<string, PushObject>();
  for await (const found of pointerBatchesInRange(repository, tips, exclude, { signal, known })) {
    for (const { pointer, blob, path } of found) {
      const { oid, size } = pointer;
      if (!objects.has(oid)) objects.set(oid, { oid, size, blob, path: path.toString('utf8') });
    }
  }
  return { tips, exclude, objects: [...objects.values()].reverse() };
}

/** The commits that the scope relies on the git remote to have. */
export function basesOf(repository: Repository, scope: PushScope, signal: AbortSignal): Promise<string[]> {
  return rangeBases(repository, scope.tips, scope.exclude, signal);
}

export function totalBytes(objects: PushScope['objects']): number {
  return objects.reduce((sum, { size }) => sum + size, 0);
}
