import fs from 'node:fs';
import path from 'node:path';
import { LodeError, systemCode } from '../errors.ts';

/** Makes the folder and tries again, once, where it was missing: the common case costs no call. */
export function inFolder<T>(folder: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw error;
    const first = fs.mkdirSync(folder, { recursive: true });
    if (first !== undefined) noteMade(first, folder);
    return action();
  }
}

const changed = new Set<string>();

function noteMade(first: string, last: string): void {
  for (let made = last; made.length >= first.length; made = path.dirname(made))
    changed.add(path.dirname(made));
}

/** The folders in which `inFolder` has made others since the last call: what is flushed inside these is found only if they are flushed too. */
export function takeChangedFolders(): string[] {
  const folders = [...changed];
  changed.clear();
  return folders;
}

/** Writes all of `bytes`, since a single call may write less. */
export function writeFully(fd: number, bytes: Uint8Array, position: number | null = null): void {
  let done = fs.writeSync(fd, bytes, 0, bytes.length, position);
  while (done < bytes.length) {
    const at = position === null ? null : position + done;
    done += fs.writeSync(fd, bytes, done, bytes.length - done, at);
  }
}

/** A failed write to the store, told as a person needs it. */
export function storeError(error: unknown, file: string): LodeError {
  const code = systemCode(error);
  const full = code === 'ENOSPC' || code === 'EDQUOT';
  return new LodeError(
    full ? 'STORE_FULL' : 'STORE_FAILED',
    full
      ? 'the disk that holds the local object store is full'
      : `the local object store failed (${code ?? String(error)})`,
    {
      subject: file,
      hint: full ? 'free some space and run the same command again' : 'see that the folder can be written',
      cause: error,
    },
  );
}
