import { faultPoint } from '../fault-point.ts';
import { objectFormat, type Repository } from '../git/repository.ts';
import type { Item } from './drain-items.ts';
import {
  blobIs,
  forgetSize,
  type IndexEntry,
  isWholeFourGiB,
  mayPatch,
  readSizeWord,
  visitEntries,
  writeStat,
} from './git-index.ts';
import { type ListedEntry, listEntries, refreshEntries } from './index-by-git.ts';
import { type LockedIndex, lockIndex, readIndex } from './index-file.ts';
import { wholeFourGiBWord } from './size-word.ts';

/**
 * The first half of the patch: marks the items whose entry in git's index is exactly the pointer that was answered, and writes 0 as
 * the size of these entries, so that git never takes the new files for unchanged or changed by their stat data alone.
 *
 * Where the lock cannot be had, all files are left for later: whoever holds it may be about to record them as the pointers that they
 * are. Files that git's index does not have as their pointer need no patch. Returns the index file's mtime in seconds.
 */
export async function chooseEntries(
  repository: Repository,
  items: readonly Item[],
): Promise<number | undefined> {
  const { algorithm, hashBytes } = hashOf(repository);
  const index = await lockIndex(repository, algorithm);
  faultPoint('index-locked');
  if (index === undefined) {
    if (readIndex(repository.indexFile) !== undefined) for (const item of items) item.left = 'locked';
    return undefined;
  }
  try {
    const { found, extensionsAt } = match(index.bytes, hashBytes, items);
    if (!mayPatch(index.bytes, extensionsAt, hashBytes)) {
      for (const { item } of matchByGit(repository, items)) item.byGit = true;
      return index.mtime;
    }
    for (const { item, entry } of found) {
      item.chosen = true;
      forgetSize(index.bytes, entry);
    }
    if (found.length > 0) index.commit();
    return index.mtime;
  } finally {
    index.release();
  }
}

/** The second half: writes the stat data of the files that are in place, where the entry still is what it was. */
export async function patchEntries(repository: Repository, items: readonly Item[]): Promise<void> {
  // Here no size was forgotten before: what a killed process has replaced is known to be so only to git, once it looks.
  const byGit = items.filter((item) => item.byGit && item.left === undefined);
  if (byGit.length > 0) {
    const entries = matchByGit(repository, byGit).map(({ entry }) => entry);
    refreshEntries(repository, entries);
  }
  const patched = items.filter((item) => item.chosen && item.isPlaced);
  if (patched.length === 0) return;
  const { algorithm, hashBytes } = hashOf(repository);
  const index = await lockIndex(repository, algorithm);
  // Without the lock the entries keep their size of 0: git cleans each file once and finds it equal.
  if (index === undefined) return;
  writeAll(index, hashBytes, patched);
}

function writeAll(index: LockedIndex, hashBytes: number, items: readonly Item[]): void {
  try {
    const { found } = match(index.bytes, hashBytes, items);
    const wholeGiB = items.some(({ size }) => isWholeFourGiB(BigInt(size))) ? wholeFourGiBWord() : 0;
    for (const { item, entry } of found) writeStat(index.bytes, entry, item.stat!, wholeGiB);
    if (found.length > 0) index.commit();
  } finally {
    index.release();
  }
}

interface Match {
  readonly item: Item;
  readonly entry: IndexEntry;
}

/** Entries of stage 0 with the pointer's object id, whose recorded size is the pointer's or unknown. */
function match(
  bytes: Buffer,
  hashBytes: number,
  items: readonly Item[],
): { found: Match[]; extensionsAt: number } {
  const byName = new Map<string, Item[]>();
  for (const item of items) {
    const others = byName.get(item.name);
    if (others === undefined) byName.set(item.name, [item]);
    else others.push(item);
  }
  const found: Match[] = [];
  const extensionsAt = visitEntries(bytes, hashBytes, (entry) => {
    const candidates = byName.get(entry.name);
    if (candidates === undefined || entry.stage !== 0) return;
    const item = candidates.find((candidate) => blobIs(bytes, entry, candidate.blob));
    if (item === undefined) return;
    const size = readSizeWord(bytes, entry);
    if (size === 0 || size === item.pointer.length) found.push({ item, entry });
  });
  return { found, extensionsAt };
}

function matchByGit(repository: Repository, items: readonly Item[]): { item: Item; entry: ListedEntry }[] {
  const byKey = new Map(items.map((item) => [`${item.blob.toString('hex')}${item.name}`, item]));
  return listEntries(repository).flatMap((entry) => {
    const item = byKey.get(`${entry.blob}${entry.name}`);
    return item === undefined ? [] : [{ item, entry }];
  });
}

function hashOf(repository: Repository): { algorithm: 'sha1' | 'sha256'; hashBytes: number } {
  const algorithm = objectFormat(repository);
  return { algorithm, hashBytes: algorithm === 'sha1' ? 20 : 32 };
}
