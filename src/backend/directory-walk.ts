import type { Dirent } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { systemCode } from '../errors.ts';
import type { ListEntry } from './backend.ts';
import { linkRefused } from './directory-errors.ts';
import { isKey, isSegment } from './keys.ts';

/**
 * The keys below the folder `root` that start with `prefix` and sort behind `after`, in byte order. Passes over what is not a key (temporary
 * files, `.nfs…`, `.DS_Store`). Throws `PATH_UNSAFE` for a symbolic link among the keys.
 */
export async function* keysBelow(
  root: string,
  prefix: string,
  after: string,
  url: string,
): AsyncGenerator<string> {
  yield* walk(prefix.slice(0, prefix.lastIndexOf('/') + 1));

  async function* walk(folder: string): AsyncGenerator<string> {
    for (const { name, entry } of inByteOrder(await entriesOf(join(root, folder)))) {
      const key = folder + name;
      if (entry.isSymbolicLink()) throw linkRefused(url, key);
      if (name.endsWith('/')) {
        const holds = key.startsWith(prefix) || prefix.startsWith(key);
        // A folder wholly before `after` needs no reading.
        if (holds && (key > after || after.startsWith(key)) && isKey(key.slice(0, -1))) yield* walk(key);
      } else if (entry.isFile() && key.startsWith(prefix) && key > after && isKey(key)) {
        yield key;
      }
    }
  }
}

/** Size and time of one key's file, or undefined if it is gone by now. */
export async function entryOf(root: string, key: string): Promise<ListEntry | undefined> {
  try {
    const { size, mtimeMs } = await stat(join(root, key));
    return { key, size, time: Math.floor(mtimeMs) };
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

async function entriesOf(path: string): Promise<Dirent[]> {
  try {
    return await readdir(path, { withFileTypes: true });
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return [];
    throw error;
  }
}

/** A folder sorts as the keys below it do: with its slash. Names are ASCII, in which JavaScript's order is byte order. */
function inByteOrder(entries: Dirent[]): { name: string; entry: Dirent }[] {
  return entries
    .filter((entry) => isSegment(entry.name))
    .map((entry) => ({ name: entry.isDirectory() ? `${entry.name}/` : entry.name, entry }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}
