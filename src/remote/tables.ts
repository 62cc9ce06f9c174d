import type { Backend } from '../backend/backend.ts';
import { isLodeError } from '../errors.ts';
import { parseKey, TABLES, tableKey } from '../format/keys.ts';
import { TABLE_MAX } from '../format/limits.ts';
import {
  type FoundObject,
  headerBound,
  mayBeIn,
  openTable,
  type ReadRange,
  type Table,
} from '../format/table.ts';
import type { Reporter } from '../report.ts';
import { readBlocks } from './blocks.ts';
import { listAll } from './listing.ts';
import { TableCache } from './table-cache.ts';

const KiB = 1024;
/** Up to this size one whole read costs no more than the three or four small ones of a look-up, and serves every later one. */
const WHOLE_BYTES = 64 * KiB;
/** Up to this size a table that is here is held in memory while it is used. */
const MEMORY_BYTES = 4096 * KiB;
/** What one look-up in a part of a table reads, about. */
const REMOTE_BLOCK = 16 * KiB;
const LOCAL_BLOCK = 64 * KiB;
const KEPT_BLOCKS = 64;
/**
 * Up to this size a filter is fetched once and kept: it answers for most of the objects that a push looks for in vain. There are many
 * tables that large, and few that are larger.
 */
const FILTER_MAX = 1024 * KiB;

/** One table of the remote, as the last listing gave it. */
export interface TableInfo {
  /** 64 lower-case hex digits. */
  readonly name: string;
  readonly size: number;
  /** The store's time of its writing, ms. */
  readonly time: number;
}

/** A table to look things up in: at once if it is in memory. */
export interface OpenTable {
  /** Every entry with the oid's prefix: mostly none or one. */
  find(oid: string): readonly FoundObject[] | Promise<readonly FoundObject[]>;
  /** The objects that a sampled chunk leads to. */
  findSample(chunkHash: string): readonly FoundObject[] | Promise<readonly FoundObject[]>;
  /** Names of the tables whose union this one is. */
  supersedes(): readonly string[] | Promise<readonly string[]>;
}

/** The tables in `index/`, and what is cached of them. Tables are immutable, so what is cached is never stale. */
export class Tables {
  readonly #backend: Backend;
  readonly #cache: TableCache;
  readonly #reporter: Reporter;
  readonly #damaged = new Set<string>();
  #listed: readonly TableInfo[] | undefined;
  #ahead: Promise<readonly TableInfo[]> | undefined;

  constructor(backend: Backend, folder: string, reporter: Reporter) {
    this.#backend = backend;
    this.#cache = new TableCache(folder);
    this.#reporter = reporter;
  }

  /** Lists what the next `refresh` will give. */
  async listAhead(): Promise<void> {
    this.#ahead = this.#list();
    await this.#ahead;
  }

  /** Lists `index/`, and drops from the cache what is listed no longer. Largest first. */
  async refresh(): Promise<readonly TableInfo[]> {
    const ahead = this.#ahead;
    this.#ahead = undefined;
    return ahead ?? this.#list();
  }

  async #list(): Promise<readonly TableInfo[]> {
    const { entries } = await listAll(this.#backend, TABLES);
    const tables = entries.flatMap(({ key, size, time }) => {
      const parsed = parseKey(key);
      const readable = parsed?.kind === 'table' && size > 0 && size <= TABLE_MAX;
      return readable ? [{ name: parsed.name, size, time }] : [];
    });
    this.#cache.keepOnly(new Set(tables.map(({ name }) => name)));
    this.#listed = tables.sort((a, b) => b.size - a.size || (a.name < b.name ? -1 : 1));
    return this.#listed;
  }

  /** What the last `refresh` of this process saw; lists if there was none. */
  async current(): Promise<readonly TableInfo[]> {
    return this.#listed ?? this.refresh();
  }

  /**
   * Opens a table for about `lookups` look-ups: whole and cached if it is small or most of it would be read, else in ranges.
   * A damaged one is passed over, with a warning and undefined. KEY_MISSING if it has gone, FORMAT_UNKNOWN_VERSION if a
   * later git-lode wrote it.
   */
  async use<T>(
    table: TableInfo,
    lookups: number,
    action: (table: OpenTable) => Promise<T>,
  ): Promise<T | undefined> {
    while (!this.#damaged.has(table.name)) {
      const cached = this.#cache.knows(table);
      try {
        return await action(await this.#open(table, lookups));
      } catch (error) {
        if (!isLodeError(error, 'FORMAT_INVALID') && !isLodeError(error, 'REMOTE_FORMAT')) throw error;
        this.forget(table.name);
        if (cached) continue;
        this.#damaged.add(table.name);
        this.#reporter.warn(`${tableKey(table.name)} is damaged and was passed over: ${error.message}`);
      }
    }
    return undefined;
  }

  /** A table that fits in memory, whole. KEY_MISSING if it has gone, FORMAT_INVALID if it is damaged. */
  async whole(table: TableInfo): Promise<Table> {
    if (!this.#cache.has(table)) {
      const key = tableKey(table.name);
      await this.#cache.fetch(
        table,
        async (offset, length) => (await this.#backend.get(key, { offset, length })).bytes,
      );
    }
    return this.#cache.load(table);
  }

  /** Takes in a table that this client has just put, so that it is not read back. */
  remember(name: string, bytes: Buffer): void {
    this.#cache.put(name, bytes);
  }

  /** Drops what is cached of a table: what it says has turned out to be wrong. */
  forget(name: string): void {
    this.#cache.drop(name);
  }

  async #open(table: TableInfo, lookups: number): Promise<OpenTable> {
    const { name, size } = table;
    const get: ReadRange = async (offset, length) =>
      (await this.#backend.get(tableKey(name), { offset, length })).bytes;
    if (!this.#cache.has(table)) {
      if (size > Math.max(WHOLE_BYTES, lookups * REMOTE_BLOCK)) return this.#openRemote(table, get);
      await this.#cache.fetch(table, get);
    }
    if (size > MEMORY_BYTES) {
      return openTable(readBlocks(this.#cache.reader(table), size, LOCAL_BLOCK, KEPT_BLOCKS), size, name);
    }
    const whole = this.#cache.load(table);
    return {
      find: (oid) => (whole.mayHold(oid) ? whole.find(oid) : []),
      findSample: (chunkHash) => whole.findSample(chunkHash),
      supersedes: () => whole.supersedes,
    };
  }

  async #openRemote(table: TableInfo, get: ReadRange): Promise<OpenTable> {
    const { name, size } = table;
    const headBytes = Math.min(size, Math.ceil(headerBound(size) / REMOTE_BLOCK) * REMOTE_BLOCK);
    const head = await this.#cache.head(table, headBytes, get);
    const load: ReadRange = async (offset, length) =>
      offset + length <= head.length ? head.subarray(offset, offset + length) : get(offset, length);
    const ranged = await openTable(readBlocks(load, size, REMOTE_BLOCK, KEPT_BLOCKS), size, name);
    if (ranged.filter.length > FILTER_MAX) return ranged;
    const filter = await this.#cache.filter(table, ranged.filter, get);
    return { ...ranged, find: (oid) => (mayBeIn(filter, oid) ? ranged.find(oid) : []) };
  }
}
