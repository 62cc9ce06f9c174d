import fs from 'node:fs';
import { Readable } from 'node:stream';
import { unless } from '../errors.ts';
import { inside } from '../git/inside.ts';
import { keptAmong } from '../git/kept-among.ts';
import { objectFormat, type Repository } from '../git/repository.ts';
import { formatPointer, MAX_POINTER_BYTES, parsePointer } from '../pointer.ts';
import { type DrainDependencies, type DrainResult, drainJournal } from './drain.ts';
import { mayPatch, visitEntries } from './git-index.ts';
import { listEntries } from './index-by-git.ts';
import { readIndex } from './index-file.ts';
import type { PointerFile } from './pointer-file.ts';
import { fullPath, isSafeName } from './safe-path.ts';

/**
 * Materialises every file of the working tree that is still a pointer, whoever left it: the journal's files, and every
 * entry of git's index whose file holds exactly a pointer.
 */
export async function materialiseAll(
  repository: Repository,
  dependencies: DrainDependencies,
): Promise<DrainResult> {
  return drainJournal(repository, dependencies, { more: await pointerFiles(repository) });
}

/**
 * Files of git's index that git-lode keeps and that hold a pointer in the working tree. A file that no attribute gives to git-lode is a
 * text about a pointer, and git would take its content for a change. Reads only files of a pointer's size.
 */
export async function pointerFiles(repository: Repository): Promise<PointerFile[]> {
  const found = pointersInTree(repository);
  const kept: PointerFile[] = [];
  if (found.length === 0) return kept;
  for await (const some of keptAmong<PointerFile>(Readable.from([found]), inside(repository)))
    kept.push(...some);
  return kept;
}

function pointersInTree(repository: Repository): PointerFile[] {
  const top = repository.workTree;
  if (top === undefined) return [];
  return indexNames(repository).flatMap((name) => {
    // In a sparse index a name with a slash at its end is a folder that is not checked out.
    if (!isSafeName(name) || name.endsWith('/')) return [];
    return pointerAt(fullPath(top, name), name) ?? [];
  });
}

/** What a path answers where git's index has a file and the working tree has something else. */
const NOT_READABLE = ['ENOENT', 'ENOTDIR', 'ELOOP', 'EISDIR', 'EACCES'];

/** What the file is a pointer to, with whatever line ends; undefined if it is none. `name` is its path in the tree, as latin1. */
export function pointerAt(file: string | Buffer, name: string): PointerFile | undefined {
  return unless(NOT_READABLE, () => {
    const stat = fs.lstatSync(file, { throwIfNoEntry: false });
    if (!stat?.isFile() || stat.size > MAX_POINTER_BYTES || stat.size === 0) return undefined;
    const bytes = fs.readFileSync(file);
    const pointer = parsePointer(bytes);
    if (pointer === undefined) return undefined;
    const path = Buffer.from(name, 'latin1');
    return formatPointer(pointer).equals(bytes) ? { ...pointer, path } : { ...pointer, path, bytes };
  });
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
