import { isLodeError } from '../errors.ts';
import { isHash } from '../format/keys.ts';
import { readCacheFile, writeCacheFile } from './cache-file.ts';
import type { TableInfo, Tables } from './tables.ts';

const MAX_BYTES = 64 * 1024 * 1024;

/**
 * Which tables others supersede. Tables never change, so each is read for it once: the file has a line for each, its
 * name and those that it supersedes.
 */
export class Superseded {
  readonly #tables: Tables;
  readonly #file: string;

  constructor(tables: Tables, file: string) {
    this.#tables = tables;
    this.#file = file;
  }

  /** Of `listed`, each superseded table's name, and the table in its place. */
  async among(listed: readonly TableInfo[]): Promise<Map<string, TableInfo>> {
    const known = this.#read();
    const lines = new Map<string, readonly string[]>();
    for (const table of listed) {
      const names = known.get(table.name) ?? (await this.#supersededBy(table));
      if (names !== undefined) lines.set(table.name, names);
    }
    writeCacheFile(
      this.#file,
      Buffer.from(Array.from(lines, (line) => `${line.flat().join(' ')}\n`).join(''), 'latin1'),
    );
    const here = new Set(listed.map(({ name }) => name));
    const superseded = new Map<string, TableInfo>();
    for (const table of listed) {
      for (const name of lines.get(table.name) ?? []) if (here.has(name)) superseded.set(name, table);
    }
    return superseded;
  }

  /** Undefined for a table that cannot be read now. */
  async #supersededBy(table: TableInfo): Promise<readonly string[] | undefined> {
    try {
      return await this.#tables.use(table, 1, async (open) => open.supersedes());
    } catch (error) {
      if (isLodeError(error, 'KEY_MISSING')) return undefined;
      throw error;
    }
  }

  #read(): Map<string, readonly string[]> {
    const text = readCacheFile(this.#file, MAX_BYTES)?.toString('latin1') ?? '';
    const known = new Map<string, readonly string[]>();
    for (const line of text.split('\n')) {
      const [name, ...superseded] = line.split(' ');
      if (name !== undefined && isHash(name) && superseded.every(isHash)) known.set(name, superseded);
    }
    return known;
  }
}
