/** An index file: which pack holds which object or recipe. Derived: the packs alone rebuild it. */
import type { RECIPE } from './pack-layout.ts';
import type { Place } from './recipe.ts';

export { mayBeIn } from './bloom.ts';
export { decodeTable } from './table-decode.ts';
export { encodeTable } from './table-encode.ts';
export { headerBound, isSampled, oidPrefix } from './table-layout.ts';
export { type MergeRules, mergeTables } from './table-merge.ts';
export { openTable } from './table-ranged.ts';

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

/**
 * A chunk hash that leads to an object that contains it. Only hashes for which `isSampled` is true are kept, and only
 * for chunks that the push stored: those that it found have their sample already.
 */
export interface Sample {
  /** The first 32 hex digits of the chunk's hash. */
  readonly prefix: string;
  /** Index in the table's `objects` of an object that has a recipe. */
  readonly object: number;
}

/** What a push promised to keep: the collector's roots beside the refs. */
export interface PushRecord {
  /** Id of the git remote (`repositoryFile`). */
  readonly repository: string;
  /** The store's clock, milliseconds since 1970. */
  readonly when: number;
  /** Commit ids, 40 or 64 hex digits, all of one record alike: what was pushed. */
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

/** A finished index file; its key is `tableKey(name)`. */
export interface FinishedTable {
  readonly name: string;
  readonly bytes: Buffer;
}

/** A table read whole. `objects` and `samples` are made when they are first asked for; the searches need neither. */
export interface Table extends TableContents {
  readonly name: string;
  /** Number of objects. */
  readonly size: number;
  /** False means certainly not here; true is wrong about once in a hundred. */
  mayHold(oid: string): boolean;
  /** Every entry with the oid's prefix: mostly none or one. */
  find(oid: string): TableObject[];
  /** The objects that a sampled chunk leads to. */
  findSample(chunkHash: string): TableObject[];
}

/** `length` bytes from `offset` of one file; fails if it does not hold them. */
export type ReadRange = (offset: number, length: number) => Promise<Buffer>;

/** What one entry says, without the lists that only a whole table has: the recipe says what is needed. */
export type FoundObject = Pick<TableObject, 'prefix' | 'kind' | 'place'>;

/** A table that is read in part: 16 KiB once, then about 6 KiB for an object or a sample, and 32 bytes more where it is found. */
export interface RangedTable {
  /** Number of objects. */
  readonly size: number;
  /** Where the filter is in the file, for `mayBeIn`. */
  readonly filter: { readonly offset: number; readonly length: number };
  /** Every entry with the oid's prefix: mostly none or one. */
  find(oid: string): Promise<FoundObject[]>;
  /** The objects that a sampled chunk leads to. */
  findSample(chunkHash: string): Promise<FoundObject[]>;
  /** Names of the tables whose union this one is. */
  supersedes(): Promise<string[]>;
}
