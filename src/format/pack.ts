/** A pack: an immutable file of stored chunks and recipes, named by the SHA-256 of its bytes. */
import { LodeError } from '../errors.ts';
import type { ChunkKind, EncodedChunk } from './codec.ts';

/** What the recipe of a whole object, and a part of one, are called where chunks have their kind. */
export const RECIPE = 0x10;
export const RECIPE_PART = 0x11;

/** One thing in a pack, as the pack's own table lists it. */
export type PackRecord = PackedChunk | PackedRecipe;

export interface PackedChunk {
  readonly kind: ChunkKind;
  /** SHA-256 of the plain bytes. */
  readonly hash: string;
  readonly offset: number;
  /** Stored bytes. */
  readonly length: number;
  readonly rawLength: number;
  /** True if the chunk is a whole object without a recipe: its hash is the oid. */
  readonly isObject: boolean;
}

export interface PackedRecipe {
  readonly kind: typeof RECIPE | typeof RECIPE_PART;
  /** The oid of the object. */
  readonly hash: string;
  readonly offset: number;
  readonly length: number;
}

export interface FinishedPack {
  /** SHA-256 of the whole file: its name. */
  readonly name: string;
  readonly size: number;
  /** The file's bytes, in order. */
  readonly parts: readonly Buffer[];
  readonly records: readonly PackRecord[];
}

/** Collects one pack in memory. What is added must not be written to before the pack is sent. */
export class PackBuilder {
  /** `repository` is the id of the git remote that this is pushed for (`repositoryId`). */
  constructor(_repository: string) {
    throw new LodeError('INTERNAL', 'not written');
  }

  /** Bytes of the file if it were finished now. */
  get size(): number {
    throw new LodeError('INTERNAL', 'not written');
  }

  /** Things added so far. */
  get count(): number {
    throw new LodeError('INTERNAL', 'not written');
  }

  /** True if something of `length` stored bytes can still be added under `PACK_MAX`. */
  fits(_length: number): boolean {
    throw new LodeError('INTERNAL', 'not written');
  }

  /** Adds a stored chunk and gives its offset. `isObject`: it is a whole object, of kind 0 or 1, and gets no recipe. */
  addChunk(_chunk: { hash: string; rawLength: number; isObject: boolean }, _stored: EncodedChunk): number {
    throw new LodeError('INTERNAL', 'not written');
  }

  /** Adds what `encodeRecipe` or `encodeRecipePart` gave and gives its offset. */
  addRecipe(_kind: typeof RECIPE | typeof RECIPE_PART, _oid: string, _bytes: Buffer): number {
    throw new LodeError('INTERNAL', 'not written');
  }

  /** The finished file, with fresh random bytes: the same contents never make the same pack twice. */
  finish(): FinishedPack {
    throw new LodeError('INTERNAL', 'not written');
  }
}

/** Bytes at the end of a pack that say where its table is. */
export const PACK_TRAILER_BYTES = 104;

export interface PackTrailer {
  /** Where the pack's table is; it ends where the trailer begins. */
  readonly tableOffset: number;
  readonly tableLength: number;
  /** SHA-256 of the table's bytes. */
  readonly tableHash: string;
  readonly repository: string;
}

/** `bytes` are the last `PACK_TRAILER_BYTES` of a pack of `packSize` bytes. */
export function decodePackTrailer(_bytes: Buffer, _packSize: number, _name: string): PackTrailer {
  throw new LodeError('INTERNAL', 'not written');
}

/** `bytes` are the table that the trailer names. Enough to rebuild an index file from packs alone. */
export function decodePackTable(_bytes: Buffer, _trailer: PackTrailer, _name: string): PackRecord[] {
  throw new LodeError('INTERNAL', 'not written');
}

/** A whole pack: checks that its bytes are the name's, and gives what is in it. */
export function decodePack(_bytes: Buffer, _name: string): { repository: string; records: PackRecord[] } {
  throw new LodeError('INTERNAL', 'not written');
}
