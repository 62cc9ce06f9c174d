import pLimit from 'p-limit';
import type { Backend } from '../backend/backend.ts';
import { faultPoint } from '../fault-point.ts';
import { packKey, tableKey } from '../format/keys.ts';
import type { Marks } from './marks.ts';
import type { Sightings } from './sightings.ts';
import { R, SIGHTING_VALID } from './times.ts';

const HEADS_AT_ONCE = 16;

/** What a push relies on. */
export interface Reliance {
  /** Names of packs. */
  readonly packs: ReadonlySet<string>;
  /** Name of the push's own table. */
  readonly table: string;
  /** When this push's own files arrived, by the store's clock: a mark cannot have named them before. */
  readonly arrived: ReadonlyMap<string, number>;
}

export interface CheckContext {
  readonly backend: Backend;
  readonly marks: Marks;
  readonly sightings: Sightings;
}

/**
 * Steps 5 and 6: reads the marks, then sees that everything exists that was not seen, unmarked, lately. Gives the names
 * that may not be relied on: marked ones, or, if there is none, missing ones. Whoever gets none relied on nothing that
 * can go before R has passed.
 */
export async function findUnreliable(
  { backend, marks, sightings }: CheckContext,
  { packs, table, arrived }: Reliance,
): Promise<string[]> {
  const marksRead = await marks.refresh();
  faultPoint('marks-read');
  const names = [...packs, table];
  const marked = names.filter((name) => marks.condemns(name));
  if (marked.length > 0) return forgotten(sightings, marked);

  const seen = (name: string) => Math.max(sightings.seen(name) ?? 0, arrived.get(name) ?? 0);
  const unseen = names.filter((name) => seen(name) <= marksRead - SIGHTING_VALID);
  const limit = pLimit(HEADS_AT_ONCE);
  const exists = async (name: string) => {
    const { found } = await backend.head(name === table ? tableKey(name) : packKey(name));
    return found !== undefined;
  };
  const existing = await Promise.all(unseen.map((name) => limit(exists, name)));
  const missing = unseen.filter((_, i) => !existing[i]);
  if (missing.length > 0) return forgotten(sightings, missing);
  faultPoint('reliance-checked');

  // Dated by the reading of the marks before it, or by their arrival, which is before that.
  const own = names.filter((name) => arrived.has(name));
  sightings.record(unseen, marksRead, marksRead - R);
  if (own.length > 0) sightings.record(own, Math.min(...own.map((name) => arrived.get(name)!)));
  return [];
}

function forgotten(sightings: Sightings, names: string[]): string[] {
  sightings.forget(names);
  return names;
}
