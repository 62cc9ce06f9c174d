/** An index file: which pack holds which object or recipe. Derived: the packs alone rebuild it. */
import { LodeError } from '../errors.ts';
import type { RECIPE } from './pack.ts';
import type { Place } from './recipe.ts';

/** What is at an object's place: the object itself, stored raw (0) or as a zstd frame (1), or its recipe. */
export type ObjectKind = 0 | 1 | typeof RECIPE;

/**
 * One way to get one object. An object may have several, in one table or in many; and since a table keeps only the first
 * 16 bytes of an oid, another object may have the same prefix: whoever reads the place checks the oid (a recipe names
 * it, a small object is hashed) and tries the next.
 */
export interface TableObject {
  /** The first 32 hex digits of the oid: `oidPrefix(oid)`. */
  readonly prefix: string;
  readonly kind: ObjectKind;
  readonly place: Place;
  /** Names of the packs needed beside the place's own: chunks, bases and parts of the recipe. */
  readonly needs: readonly string[];
  /** Index in the table's `pushes` of the push that brought it; undefined if that is no longer recorded. */
  readonly push: number | undefined;
}

/** A chunk hash that leads to an object that contains it. Only hashes for which `isSampled` is true are kept. */
export interface Sample {
  /** The first 32 hex digits of the chunk's hash. */
  readonly prefix: string;
  /** Index in the table's `objects` of an object that has a recipe. */
  readonly object: number;
}

/** What a push promised to keep: the collector's roots beside the refs. */
export interface PushRecord {
  /** Id of the git remote (`repositoryId`). */
  readonly repository: string;
  /** The store's clock, milliseconds since 1970. */
  readonly when: number;
  /** Commit ids, 40 or 64 hex digits: what was pushed. */
  readonly tips: readonly string[];
  /** Commit ids that the push took for granted on the git remote. */
  readonly bases: readonly string[];
}

export interface TableContents {
  readonly objects: readonly TableObject[];
  readonly samples: readonly Sample[];
  readonly pushes: readonly PushRecord[];
  /** Names of the tables whose union this one is. */
  readonly supersedes: readonly string[];
}

export const oidPrefix = (oid: string): string => oid.slice(0, 32);

/** True for one hash in 1,024. */
export function isSampled(_hash: string): boolean {
  throw new LodeError('INTERNAL', 'not written');
}

/** A finished index file; its key is `tableKey(name)`. */
export interface FinishedTable {
  readonly name: string;
  readonly bytes: Buffer;
}

/** Sorts, drops exact duplicates, and adds fresh random bytes. Throws INTERNAL for contents beyond the limits. */
export function encodeTable(_contents: TableContents): FinishedTable {
  throw new LodeError('INTERNAL', 'not written');
}

/** A table read whole. */
export interface Table extends TableContents {
  readonly name: string;
  /** False means certainly not here; true is wrong about once in a hundred. */
  mayHold(oid: string): boolean;
  /** Every entry with the oid's prefix: mostly none or one. */
  find(oid: string): TableObject[];
  /** The objects that a sampled chunk leads to. */
  findSample(chunkHash: string): TableObject[];
}

/** Checks that the bytes are the name's. Throws FORMAT_UNKNOWN_VERSION or FORMAT_INVALID. */
export function decodeTable(_bytes: Buffer, _name: string): Table {
  throw new LodeError('INTERNAL', 'not written');
}

/** `length` bytes from `offset` of one file; fails if it does not hold them. */
export type ReadRange = (offset: number, length: number) => Promise<Buffer>;

/** A table that is read in part: 16 KiB once, then about 6 KiB for an object, and 32 bytes more where it is found. */
export interface RangedTable {
  /** Number of objects. */
  readonly size: number;
  /** As `Table.find`, with `needs` and `push` left empty: the recipe says what is needed. */
  find(oid: string): Promise<TableObject[]>;
}

/** Reads the header. `size` is the file's, in bytes, from the listing. */
export async function openTable(_read: ReadRange, _size: number, _name: string): Promise<RangedTable> {
  throw new LodeError('INTERNAL', 'not written');
}
