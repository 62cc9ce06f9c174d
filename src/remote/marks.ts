import fs from 'node:fs';
import path from 'node:path';
import type { Backend } from '../backend/backend.ts';
import { isLodeError, unless } from '../errors.ts';
import { isHash, MARKS, markKey, parseKey } from '../format/keys.ts';
import { MARK_MAX } from '../format/limits.ts';
import { decodeMark } from '../format/mark.ts';
import { dropCacheFile, readCacheFile, writeCacheFile } from './cache-file.ts';
import { listAll } from './listing.ts';

/**
 * What is condemned: every mark that this client has read, for a mark is never taken back. Marks are immutable, so
 * those that are cached here are read once.
 */
export class Marks {
  readonly #backend: Backend;
  readonly #folder: string;
  readonly #condemned = new Set<string>();
  readonly #read = new Set<string>();
  #cacheRead = false;

  constructor(backend: Backend, folder: string) {
    this.#backend = backend;
    this.#folder = folder;
  }

  /** True if a mark that is known here names this pack or table. Asks nobody. */
  condemns(name: string): boolean {
    this.#readCache();
    return this.#condemned.has(name);
  }

  /**
   * Lists `marks/` and gets those that are not known: one LIST where there is none. Gives the store's clock at the
   * beginning of the listing: a thing that is seen afterwards was unmarked then.
   */
  async refresh(): Promise<number> {
    this.#readCache();
    const { entries, now } = await listAll(this.#backend, MARKS);
    const names = entries.flatMap(({ key }) => {
      const parsed = parseKey(key);
      return parsed?.kind === 'mark' ? [parsed.name] : [];
    });
    for (const name of names) if (!this.#read.has(name)) await this.#fetch(name);
    this.#keepCached(new Set(names));
    return now;
  }

  /**
   * A mark that cannot be read is an error: nothing may rely on what it names. One that has gone named what is gone.
   */
  async #fetch(name: string): Promise<void> {
    let bytes: Buffer;
    try {
      bytes = (await this.#backend.get(markKey(name))).bytes;
    } catch (error) {
      if (isLodeError(error, 'KEY_MISSING')) return;
      throw error;
    }
    this.#take(name, bytes);
    writeCacheFile(path.join(this.#folder, name), bytes);
  }

  #readCache(): void {
    if (this.#cacheRead) return;
    this.#cacheRead = true;
    for (const name of this.#cachedNames()) {
      const file = path.join(this.#folder, name);
      const bytes = readCacheFile(file, MARK_MAX);
      try {
        if (bytes !== undefined) this.#take(name, bytes);
      } catch (error) {
        if (!isLodeError(error, 'FORMAT_INVALID')) throw error;
        dropCacheFile(file);
      }
    }
  }

  #take(name: string, bytes: Buffer): void {
    const { packs, tables } = decodeMark(bytes, name);
    for (const each of packs) this.#condemned.add(each);
    for (const each of tables) this.#condemned.add(each);
    this.#read.add(name);
  }

  #keepCached(listed: ReadonlySet<string>): void {
    for (const name of this.#cachedNames()) {
      if (!listed.has(name)) dropCacheFile(path.join(this.#folder, name));
    }
  }

  /** Only names of marks: what else lies in the folder is a file that another process is just writing. */
  #cachedNames(): string[] {
    return (unless(['ENOENT'], () => fs.readdirSync(this.#folder)) ?? []).filter(isHash);
  }
}
