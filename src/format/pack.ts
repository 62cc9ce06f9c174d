/** A pack: an immutable file of stored chunks and recipes, named by the SHA-256 of its bytes. */
import type { ChunkKind } from './codec.ts';
import type { RECIPE, RECIPE_PART } from './pack-layout.ts';

export { PackBuilder, SLAB_BYTES, type TakeSlab } from './pack-builder.ts';
export { decodePack, decodePackTable, decodePackTrailer } from './pack-decode.ts';
export { PACK_TRAILER_BYTES, RECIPE, RECIPE_PART } from './pack-layout.ts';

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
  /** True if the chunk is a whole object without a recipe: its hash is the oid. Never of kind 2. */
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
}

export interface PackTrailer {
  /** Where the pack's table is; it ends where the trailer begins. */
  readonly tableOffset: number;
  readonly tableLength: number;
  /** SHA-256 of the table's bytes. */
  readonly tableHash: string;
  /** Id of the git remote that the pack was pushed for. */
  readonly repository: string;
}

export interface PackContents {
  readonly repository: string;
  readonly records: readonly PackRecord[];
}
