import fs from 'node:fs';
import { unless } from '../errors.ts';
import { objectFormat, type Repository } from '../git/repository.ts';
import { MAX_POINTER_BYTES, type Pointer, parsePointer } from '../pointer.ts';
import { type DrainDependencies, type DrainResult, drainJournal } from './drain.ts';
import { mayPatch, visitEntries } from './git-index.ts';
import { listEntries } from './index-by-git.ts';
import { readIndex } from './index-file.ts';
import type { JournalRecord } from './journal.ts';
import { fullPath, isSafeName } from './safe-path.ts';

/**
 * Materialises every file of the working tree that is still a pointer, whoever left it: the journal's files, and every
 * entry of git's index whose file holds exactly a pointer.
 */
export function materialiseAll(
  repository: Repository,
  dependencies: DrainDependencies,
): Promise<DrainResult> {
  return drainJournal(repository, dependencies, { more: pointerFiles(repository) });
}

/** Files of git's index that hold a pointer in the working tree. Starts no git but for a split index, and reads only files of a pointer's size. */
export function pointerFiles(repository: Repository): JournalRecord[] {
  const top = repository.workTree;
  if (top === undefined) return [];
  return indexNames(repository).flatMap((name) => {
    // In a sparse index a name with a slash at its end is a folder that is not checked out.
    if (!isSafeName(name) || name.endsWith('/')) return [];
    const file = fullPath(top, name);
    const pointer = unless(NOT_READABLE, () => readPointer(file));
    return pointer === undefined ? [] : [{ ...pointer, path: Buffer.from(name, 'latin1') }];
  });
}

/** What a path answers where git's index has a file and the working tree has something else. */
const NOT_READABLE = ['ENOENT', 'ENOTDIR', 'ELOOP', 'EISDIR', 'EACCES'];

function readPointer(file: string | Buffer): Pointer | undefined {
  const stat = fs.lstatSync(file, { throwIfNoEntry: false });
  if (!stat?.isFile() || stat.size > MAX_POINTER_BYTES || stat.size === 0) return undefined;
  return parsePointer(fs.readFileSync(file));
}

function indexNames(repository: Repository): string[] {
  const bytes = readIndex(repository.indexFile);
  if (bytes === undefined) return [];
  const hashBytes = objectFormat(repository) === 'sha1' ? 20 : 32;
  const names: string[] = [];
  const extensionsAt = visitEntries(bytes, hashBytes, ({ stage, name }) => {
    if (stage === 0) names.push(name);
  });
  if (mayPatch(bytes, extensionsAt, hashBytes)) return names;
  return listEntries(repository).map(({ name }) => name);
}
