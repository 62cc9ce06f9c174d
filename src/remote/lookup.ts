import { LodeError } from '../errors.ts';
import type { Place } from './place.ts';
import type { Tables } from './tables.ts';

export interface LookupOptions {
  /** Names of packs and tables that are to be passed over: a pusher gives what the known marks name. */
  readonly skip?: (name: string) => boolean;
  /** List `index/` first. Without it the last listing of this process is used, if there was one. */
  readonly refresh?: boolean;
}

/**
 * Every place of every object of `oids` that a table names, newest table first. An object that no table names has no entry.
 * Entries are by a prefix of the oid (16 bytes) and come from outside: they are hints, and the bytes found there are verified.
 */
export function lookup(
  _tables: Tables,
  _oids: Iterable<string>,
  _options: LookupOptions = {},
): Promise<Map<string, Place[]>> {
  throw new LodeError('INTERNAL', 'not written yet');
}
