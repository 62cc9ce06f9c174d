import { isLodeError } from '../errors.ts';
import { RECIPE } from '../format/pack.ts';
import type { Place } from '../format/recipe.ts';
import type { FoundObject, ObjectKind } from '../format/table.ts';
import type { OpenTable, TableInfo, Tables } from './tables.ts';

/** Tables that are opened, and so held in memory, at once. */
const OPEN_TABLES = 8;
/** Look-ups under way at once in a table that is read in ranges. */
const CONCURRENCY = 16;
/** A table that has gone was superseded by one that a newer listing names. */
const LISTINGS = 4;
/** More places of one object than honest pushers make: bounds what a hostile table costs. */
const PLACES_MAX = 16;

/** Where an object, or its recipe, is stored. A hint from outside: what is there is verified. */
export interface ObjectPlace {
  readonly kind: ObjectKind;
  readonly place: Place;
  /** Name of the table that says so. */
  readonly table: string;
}

export interface LookupOptions {
  /** Names of packs and tables that are passed over: a pusher gives what the known marks name. */
  readonly skip?: (name: string) => boolean;
  /** Find every place of each object, not only those of the first table that has it. */
  readonly every?: boolean;
  /** List `index/` first. Without it the last listing of this process is used, if there was one. */
  readonly refresh?: boolean;
}

/** Where the tables say that each of `oids` is. An object that no table names has no entry. */
export async function lookup(
  tables: Tables,
  oids: Iterable<string>,
  options: LookupOptions = {},
): Promise<Map<string, ObjectPlace[]>> {
  let sorted: readonly string[] | undefined;
  for (let listing = 1; ; listing++) {
    const listed = listing > 1 || options.refresh ? await tables.refresh() : await tables.current();
    const usable = listed.filter(({ name }) => !options.skip?.(name));
    // A first push looks for all of its objects, and there is nothing to look in.
    if (usable.length === 0) return new Map();
    sorted ??= [...new Set(oids)].sort();
    const search = new Search(tables, sorted, options);
    await search.through(usable);
    if (!search.tableGone || listing === LISTINGS) return search.found;
  }
}

/** The recipes that a sampled chunk leads to, in the first table that knows any. */
export async function lookupSample(
  tables: Tables,
  chunkHash: string,
  skip: (name: string) => boolean,
): Promise<readonly FoundObject[]> {
  for (const info of await tables.current()) {
    if (skip(info.name)) continue;
    const found = await ifThere(tables.use(info, 1, async (table) => table.findSample(chunkHash)));
    const usable = found?.filter(({ kind, place }) => kind === RECIPE && !skip(place.pack)) ?? [];
    if (usable.length > 0) return usable;
  }
  return [];
}

/** A table that has gone since it was listed knows nothing: this is no look-up that must succeed. */
async function ifThere<T>(result: Promise<T | undefined>): Promise<T | undefined> {
  try {
    return await result;
  } catch (error) {
    if (!isLodeError(error, 'KEY_MISSING')) throw error;
    return undefined;
  }
}

class Search {
  readonly found = new Map<string, ObjectPlace[]>();
  tableGone = false;
  readonly #tables: Tables;
  readonly #options: LookupOptions;
  #open: readonly string[];

  constructor(tables: Tables, oids: readonly string[], options: LookupOptions) {
    this.#tables = tables;
    this.#open = oids;
    this.#options = options;
  }

  /** Some tables at a time, the largest first: they answer for most objects. */
  async through(listed: readonly TableInfo[]): Promise<void> {
    for (let at = 0; at < listed.length && this.#open.length > 0; at += OPEN_TABLES) {
      await Promise.all(listed.slice(at, at + OPEN_TABLES).map((table) => this.#lookIn(table)));
      if (!this.#options.every) this.#open = this.#open.filter((oid) => !this.found.has(oid));
    }
  }

  async #lookIn(info: TableInfo): Promise<void> {
    const oids = this.#open;
    try {
      await this.#tables.use(info, oids.length, (table) => this.#lookUp(oids, table, info));
    } catch (error) {
      if (!isLodeError(error, 'KEY_MISSING')) throw error;
      this.tableGone = true;
    }
  }

  async #lookUp(oids: readonly string[], table: OpenTable, { name }: TableInfo): Promise<void> {
    let pending: Promise<void>[] = [];
    for (const oid of oids) {
      if (!this.#options.every && this.found.has(oid)) continue;
      const objects = table.find(oid);
      if (!(objects instanceof Promise)) this.#take(oid, objects, name);
      else pending.push(objects.then((found) => this.#take(oid, found, name)));
      if (pending.length < CONCURRENCY) continue;
      await Promise.all(pending);
      pending = [];
    }
    await Promise.all(pending);
  }

  #take(oid: string, objects: readonly FoundObject[], table: string): void {
    for (const { kind, place } of objects) {
      if (this.#options.skip?.(place.pack)) continue;
      const places = this.found.get(oid);
      if (places === undefined) this.found.set(oid, [{ kind, place, table }]);
      else if (places.length < PLACES_MAX) places.push({ kind, place, table });
    }
  }
}
