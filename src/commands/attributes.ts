import fs from 'node:fs';
import path from 'node:path';
import { LodeError } from '../errors.ts';
import { attributePattern } from '../git/attribute-pattern.ts';
import type { Where } from '../git/blobs.ts';
import { type KeptFile, keptFiles } from '../git/kept-files.ts';
import { pointersInIndex } from '../git/pointers-in-tree.ts';
import { findRepository, type Repository } from '../git/repository.ts';
import { readBytes, writeBytes } from '../install/own-files.ts';
import type { CommandContext } from './command.ts';

export const ATTRIBUTES_FILE = '.gitattributes';

/** The repository, which must have a working tree that `cwd` is in. */
export function treeAround({ cwd, env }: CommandContext): Repository & { readonly workTree: string } {
  const repository = findRepository(cwd, env);
  const { workTree } = repository;
  if (workTree === undefined) throw new LodeError('USAGE', 'a bare repository has no files to track');
  return { ...repository, workTree };
}

/** The attributes of the current folder, as bytes, one character each; empty if there are none. */
export function readAttributes(folder: string): string {
  const file = path.join(folder, ATTRIBUTES_FILE);
  const stat = fs.lstatSync(file, { throwIfNoEntry: false });
  if (stat === undefined) return '';
  // git does not follow a link here either.
  if (!stat.isFile())
    throw new LodeError('PATH_UNSAFE', 'is not a regular file, so git does not read it', { subject: file });
  return readBytes(file) ?? '';
}

/** An empty text removes the file. */
export function writeAttributes(folder: string, text: string): void {
  const file = path.join(folder, ATTRIBUTES_FILE);
  const mode = fs.lstatSync(file, { throwIfNoEntry: false })?.mode ?? 0o644;
  if (text === '') fs.rmSync(file, { force: true });
  else writeBytes(file, text, mode & 0o777);
}

/** A person's patterns as the attributes of `folder` hold them. */
export function patternsIn(folder: string, given: readonly string[]): readonly string[] {
  const stat = (name: string) => fs.lstatSync(path.join(folder, name), { throwIfNoEntry: false });
  return given.map((each) =>
    attributePattern(each, {
      isFolder: (name) => stat(name)?.isDirectory() ?? false,
      exists: (name) => stat(name) !== undefined,
    }),
  );
}

/** Bytes as people read them. */
export function readable(bytes: string): string {
  return Buffer.from(bytes, 'latin1').toString('utf8');
}

/** Files that are git-lode's by their attributes, below the current folder, split by what git's index holds for them. */
export async function sortKeptFiles(
  repository: Repository,
  where: Where,
): Promise<{ readonly pointers: readonly KeptFile[]; readonly plain: readonly KeptFile[] }> {
  const all = keptFiles(where);
  const found = new Set<string>();
  if (all.length > 0) {
    for await (const { blob } of pointersInIndex(repository, where.signal)) found.add(blob);
  }
  const isPointer = ({ blob }: KeptFile) => found.has(blob);
  return { pointers: all.filter(isPointer), plain: all.filter((file) => !isPointer(file)) };
}
