import path from 'node:path';
import type { Backend } from '../backend/backend.ts';
import { isLodeError } from '../errors.ts';
import { packKey } from '../format/keys.ts';
import {
  decodePackTable,
  decodePackTrailer,
  PACK_TRAILER_BYTES,
  type PackRecord,
  RECIPE,
} from '../format/pack.ts';
import type { ObjectKind } from '../format/table.ts';
import { dropCacheFile } from './cache-file.ts';
import type { ObjectPlace } from './lookup.ts';
import { journalledPacks, type LeftJournal } from './push-journal.ts';
import type { Remote } from './remote.ts';

/** Half a terabyte of packs: what a push that was cut may find again. */
const PACKS_MAX = 32_768;
const AT_ONCE = 16;

/** One pack of an earlier push that the remote has. */
export interface LeftPack {
  readonly name: string;
  readonly records: readonly PackRecord[];
}

export const journalFolder = (remote: Remote): string => path.join(remote.cacheDir, 'uploads');

/**
 * The packs that an earlier push has sent and whose table it did not live to write. Their own tables say what they
 * hold. `drop` forgets them, when a table of this push names what was used.
 */
export class LeftPacks {
  readonly #backend: Backend;
  readonly #journals: readonly LeftJournal[];

  constructor(remote: Remote, backend: Backend) {
    this.#backend = backend;
    this.#journals = journalledPacks(journalFolder(remote), Date.now());
  }

  async *packs(condemned: (name: string) => boolean): AsyncGenerator<LeftPack, void, undefined> {
    const journalled = new Set(this.#journals.flatMap(({ packs }) => packs));
    const names = [...journalled].filter((name) => !condemned(name)).slice(0, PACKS_MAX);
    for (let at = 0; at < names.length; at += AT_ONCE) {
      const some = names.slice(at, at + AT_ONCE);
      const read = await Promise.all(some.map((name) => this.#read(name)));
      for (const [i, records] of read.entries()) if (records !== undefined) yield { name: some[i]!, records };
    }
  }

  drop(): void {
    for (const { file, inUse } of this.#journals) if (!inUse) dropCacheFile(file);
  }

  /** Undefined if the pack never arrived, or is not whole. */
  async #read(name: string): Promise<readonly PackRecord[] | undefined> {
    const { found } = await this.#backend.head(packKey(name));
    if (found === undefined || found.size <= PACK_TRAILER_BYTES) return undefined;
    const get = async (offset: number, length: number) =>
      (await this.#backend.get(packKey(name), { offset, length })).bytes;
    try {
      const end = await get(found.size - PACK_TRAILER_BYTES, PACK_TRAILER_BYTES);
      const trailer = decodePackTrailer(end, found.size, name);
      return decodePackTable(await get(trailer.tableOffset, trailer.tableLength), trailer, name);
    } catch (error) {
      if (isLodeError(error, 'FORMAT_INVALID') || isLodeError(error, 'KEY_MISSING')) return undefined;
      throw error;
    }
  }
}

/** Where the pack has whole objects, or their recipes. */
export function objectsIn({ name, records }: LeftPack): { oid: string; place: ObjectPlace }[] {
  const objects: { oid: string; place: ObjectPlace }[] = [];
  for (const record of records) {
    const kind = objectKind(record);
    if (kind === undefined) continue;
    const place = { pack: name, offset: record.offset, length: record.length };
    objects.push({ oid: record.hash, place: { kind, place, table: '' } });
  }
  return objects;
}

function objectKind(record: PackRecord): ObjectKind | undefined {
  if (record.kind === RECIPE) return RECIPE;
  if (!('isObject' in record) || !record.isObject || record.kind === 2) return undefined;
  return record.kind;
}
