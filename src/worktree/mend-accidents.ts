import { blobId } from '../git/blob-id.ts';
import { inside } from '../git/inside.ts';
import { objectFormat, type Repository } from '../git/repository.ts';
import { writeBlobs } from '../git/write-blobs.ts';
import { formatPointer, type Pointer } from '../pointer.ts';
import { type DrainDependencies, type DrainResult, drainJournal } from './drain.ts';
import { takeDrainLock } from './drain-lock.ts';
import type { Accident } from './find-accidents.ts';
import { removeLeftovers } from './leftovers.ts';
import { pointerAt } from './materialise-all.ts';
import { type Reentry, reenterEntries, requireFreeIndex } from './reenter-entries.ts';
import { fullPath } from './safe-path.ts';
import { storeBlobs } from './store-blobs.ts';

export interface MendResult extends DrainResult {
  /** Files whose pointer is staged in the place of content. */
  readonly staged: number;
  /** Entries of git's index whose file git has looked at again. */
  readonly compared: number;
  /** Entries that are no more what they were found to be: somebody has staged something meanwhile. */
  readonly changed: number;
}

/**
 * Mends what `findAccidents` has found, all but git-lfs's pointers, and finishes what journals name. Files of the working tree change
 * only where they hold exactly a pointer, git's index only where it still has what was found, and commits never. Throws INDEX_LOCKED,
 * before anything is done, and errors of the store.
 */
export async function mendAccidents(
  repository: Repository,
  accidents: readonly Accident[],
  dependencies: DrainDependencies,
): Promise<MendResult> {
  if (accidents.length > 0) {
    await removeLocksOfTheDead(repository);
    await requireFreeIndex(repository);
  }
  const content = accidents.filter(({ kind }) => kind === 'content-in-index');
  const sizes = accidents.filter(({ kind }) => kind === 'size-in-index');
  const pointers = await makePointers(repository, content, dependencies);
  const staging = content.map((accident) => reentry(accident, pointers.get(accident.file.blob)!));
  const comparing = sizes.map((accident) => reentry(accident, accident.file.blob));
  const entered = await reenterEntries(repository, [...staging, ...comparing]);
  const isEntered = (each: Reentry) => entered.has(each);
  const { materialised, left } = await place(repository, accidents, dependencies);
  return {
    materialised,
    left,
    staged: staging.filter(isEntered).length,
    compared: comparing.filter(isEntered).length,
    changed: staging.length + comparing.length - entered.size,
  };
}

/** Whoever is killed while it holds git's index leaves a lock that only we know for ours. */
async function removeLocksOfTheDead(repository: Repository): Promise<void> {
  const lock = await takeDrainLock(repository.ownDir);
  if (lock === undefined) return;
  try {
    removeLeftovers(repository);
  } finally {
    lock.release();
  }
}

async function place(
  repository: Repository,
  accidents: readonly Accident[],
  dependencies: DrainDependencies,
): Promise<DrainResult> {
  const more = accidents.flatMap(({ pointer }) => pointer ?? []);
  const { materialised, left } = await drainJournal(repository, dependencies, { more });
  const told = new Set(left.map(({ path }) => path));
  // Where another process is at it, nothing was done.
  const remaining = more
    .filter(({ path }) => {
      const name = path.toString('latin1');
      return pointerAt(fullPath(repository.workTree!, name), name) !== undefined;
    })
    .map(({ path }) => ({ path: path.toString('utf8'), reason: 'locked' as const }))
    .filter(({ path }) => !told.has(path));
  return { materialised, left: [...left, ...remaining] };
}

function reentry({ file: { path, mode, blob } }: Accident, to: string): Reentry {
  return { path, mode, from: blob, to };
}

/** The ids in git of the pointers to these blobs' contents; content and pointers are kept for good before anything names them. */
async function makePointers(
  repository: Repository,
  accidents: readonly Accident[],
  { store, reporter, signal }: DrainDependencies,
): Promise<ReadonlyMap<string, string>> {
  if (accidents.length === 0) return new Map();
  const where = { ...inside(repository), signal };
  const sizes = new Map(accidents.map(({ file, size }) => [file.blob, size]));
  const totalBytes = [...sizes.values()].reduce((sum, size) => sum + size, 0);
  const task = reporter.task({ title: 'Storing', totalBytes });
  let stored: ReadonlyMap<string, Pointer>;
  try {
    stored = await storeBlobs(sizes.keys(), store, where, (bytes) => task.add(bytes));
    store.flush();
  } finally {
    task.done();
  }
  const texts = new Map([...stored].map(([blob, pointer]) => [blob, formatPointer(pointer)]));
  await writeBlobs(texts.values(), where);
  const algorithm = objectFormat(repository);
  return new Map([...texts].map(([blob, text]) => [blob, blobId(text, algorithm).toString('hex')]));
}
