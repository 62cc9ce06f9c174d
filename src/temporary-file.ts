import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { unless } from './errors.ts';
import { isAbandoned, ownIdentity, STRANGERS_MS } from './process-identity.ts';

/*
 * Temporary files are named `.lode-<identity>-<random>`, wherever they are, so that whoever meets one knows whose it is, and removes it if
 * that process is no more. With `.lock` behind it, git's lock on one that is a copy of its index. The dot hides them from the shell, and so
 * from the hooks, which look for journals.
 */
const NAME = /^\.lode-([0-9a-f.]+)-[0-9a-f]{12}(\.lock)?$/;

const RANDOM_BYTES = 6;
let last: number | undefined;

/** A name for a temporary file in `folder`. Counted from a random one: asking for each takes longer. */
export function temporaryFile(folder: string): string {
  last = ((last ?? randomBytes(RANDOM_BYTES).readUIntBE(0, RANDOM_BYTES)) + 1) % 2 ** (8 * RANDOM_BYTES);
  return path.join(folder, `.lode-${ownIdentity()}-${last.toString(16).padStart(2 * RANDOM_BYTES, '0')}`);
}

/** Whose temporary file has this name; undefined if no such file has it. */
export function ownerOf(name: string): string | undefined {
  return NAME.exec(name)?.[1];
}

export interface AbandonedFile {
  readonly file: string;
  readonly stat: fs.BigIntStats;
}

/** The temporary files in a folder that nobody will go on with. `patience`: milliseconds for those of other machines and containers. */
export function abandonedFiles(folder: string, patience = STRANGERS_MS): AbandonedFile[] {
  const names = unless(['ENOENT', 'ENOTDIR', 'EACCES'], () => fs.readdirSync(folder)) ?? [];
  return names.flatMap((name) => {
    const owner = ownerOf(name);
    if (owner === undefined) return [];
    const file = path.join(folder, name);
    const stat = fs.lstatSync(file, { bigint: true, throwIfNoEntry: false });
    if (!stat?.isFile() || !isAbandoned(owner, Number(stat.mtimeMs), patience)) return [];
    return [{ file, stat }];
  });
}

/** Removes the temporary files in a folder that nobody will go on with. What may not be removed stays. */
export function removeAbandoned(folder: string, patience?: number): void {
  for (const { file } of abandonedFiles(folder, patience)) removeLeft(file);
}

/** Removes what a process that is no more has left; it is in nobody's way where it may not be removed. */
export function removeLeft(file: string | Buffer): void {
  unless(['ENOENT', 'ENOTDIR', 'EACCES', 'EPERM', 'EROFS', 'EBUSY'], () => fs.rmSync(file, { force: true }));
}

const tidied = new Set<string>();

/** As `removeAbandoned`, but only the first time in this process: for whoever is about to write a temporary file into the folder. */
export function tidyOnce(folder: string, patience?: number): void {
  if (tidied.has(folder)) return;
  tidied.add(folder);
  removeAbandoned(folder, patience);
}

/** The patience for folders that others write to: only what is certainly a dead process's of this machine is removed there. */
export const ONLY_OURS = Number.POSITIVE_INFINITY;
