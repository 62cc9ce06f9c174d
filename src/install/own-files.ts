import fs from 'node:fs';
import path from 'node:path';
import { unless } from '../errors.ts';
import { ONLY_OURS, temporaryFile, tidyOnce } from '../temporary-file.ts';

/** A file's bytes, one character each, so that text in any encoding passes through unchanged. Undefined if there is none. */
export function readBytes(file: string): string | undefined {
  return unless(['ENOENT', 'ENOTDIR'], () => fs.readFileSync(file, 'latin1'));
}

/** Replaces a file whole, never through a symbolic link, and only if it differs. True if it did. */
export function writeBytes(file: string, text: string, mode: number): boolean {
  const stat = fs.lstatSync(file, { throwIfNoEntry: false });
  const same = stat?.isFile() && (stat.mode & 0o777) === mode && readBytes(file) === text;
  if (same) return false;
  const folder = path.dirname(file);
  fs.mkdirSync(folder, { recursive: true });
  tidyOnce(folder, ONLY_OURS);
  const temporary = temporaryFile(folder);
  try {
    fs.writeFileSync(temporary, text, { encoding: 'latin1', flag: 'wx' });
    fs.chmodSync(temporary, mode);
    fs.renameSync(temporary, file);
  } finally {
    fs.rmSync(temporary, { force: true });
  }
  return true;
}

/** Removes a folder if nothing is left in it. */
export function removeIfEmpty(folder: string): void {
  unless(['ENOENT', 'ENOTEMPTY', 'EEXIST', 'ENOTDIR'], () => fs.rmdirSync(folder));
}

/** True for the folder itself and everything below it, by name alone. */
export function isInside(file: string, folder: string): boolean {
  const relative = path.relative(folder, file);
  return relative !== '..' && !relative.startsWith(`..${path.sep}`) && !path.isAbsolute(relative);
}
