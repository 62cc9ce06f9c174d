import fs from 'node:fs';
import path from 'node:path';
import type { Backend } from '../backend/backend.ts';
import { isLodeError } from '../errors.ts';
import { tableKey } from '../format/keys.ts';
import { TABLE_PUSHES_MAX } from '../format/limits.ts';
import { encodeTable, mergeTables, type Table } from '../format/table.ts';
import { writeCacheFile } from './cache-file.ts';
import { tablesToMerge } from './compact-choice.ts';
import type { Remote } from './remote.ts';
import type { StoreClock } from './store-clock.ts';
import { Superseded } from './superseded.ts';
import type { TableInfo } from './tables.ts';
import { DAY, HOUR, R } from './times.ts';

/** A client that was told once that it may not delete does not ask again so soon. */
const ASK_AGAIN = 7 * DAY;

export interface CompactContext {
  readonly remote: Remote;
  readonly backend: Backend;
  readonly clock: StoreClock;
  /** True for what a known mark names. */
  readonly condemned: (name: string) => boolean;
}

/** The compactor of docs/FORMAT.md, as a pusher runs it. */
export class Compactor {
  readonly #context: CompactContext;
  readonly #superseded: Superseded;
  readonly #mayNotDelete: string;

  constructor(context: CompactContext) {
    const { tables, cacheDir } = context.remote;
    this.#context = context;
    this.#superseded = new Superseded(tables, path.join(cacheDir, 'superseded'));
    this.#mayNotDelete = path.join(cacheDir, 'may-not-delete');
  }

  /** Where a tier of the listed tables is full, puts their union. Only what fills a tier is read. */
  async merge(): Promise<void> {
    const { remote, backend, clock, condemned } = this.#context;
    const usable = (await remote.tables.current()).filter(({ name }) => !condemned(name));
    if (tablesToMerge(usable).length === 0) return;
    const superseded = await this.#superseded.among(usable);
    const chosen = tablesToMerge(usable.filter(({ name }) => !superseded.has(name)));
    const tables = await this.#read(chosen);
    if (tables === undefined || tables.length === 0) return;
    const oldest = clock.now() - R;
    const union = mergeTables(tables, { keepsObject: () => true, keepsPush: ({ when }) => when > oldest });
    if (union.pushes.length > TABLE_PUSHES_MAX) return;
    const { name, bytes } = encodeTable(union);
    await backend.put(tableKey(name), [bytes], name);
    remote.tables.remember(name, bytes);
  }

  /**
   * Deletes what was superseded over an hour ago by a table that exists; call it when the marks have just been read.
   * What cannot be deleted is left to the next push, or to `git lode gc`: nothing depends on it.
   */
  async dropSuperseded(): Promise<void> {
    const { remote, backend, clock, condemned } = this.#context;
    const listed = await remote.tables.current();
    if (tablesToMerge(listed).length === 0 || this.#wasForbidden()) return;
    const now = clock.now();
    const superseded = await this.#superseded.among(listed);
    const names = [...superseded]
      .filter(([, by]) => now - by.time > HOUR && !condemned(by.name))
      .map(([name]) => name);
    if (names.length === 0) return;
    try {
      await backend.delete(names.map(tableKey));
    } catch (error) {
      if (!isLodeError(error) || error.code === 'INTERRUPTED') throw error;
      if (error.code === 'REMOTE_FORBIDDEN') writeCacheFile(this.#mayNotDelete, Buffer.alloc(0));
    }
  }

  /** Undefined if one of them cannot be read: it has just been superseded by somebody else. */
  async #read(chosen: readonly TableInfo[]): Promise<Table[] | undefined> {
    try {
      const tables: Table[] = [];
      for (const table of chosen) tables.push(await this.#context.remote.tables.whole(table));
      return tables;
    } catch (error) {
      if (isLodeError(error, 'KEY_MISSING') || isLodeError(error, 'FORMAT_INVALID')) return undefined;
      throw error;
    }
  }

  #wasForbidden(): boolean {
    const stat = fs.statSync(this.#mayNotDelete, { throwIfNoEntry: false });
    return stat !== undefined && Date.now() - stat.mtimeMs < ASK_AGAIN;
  }
}
