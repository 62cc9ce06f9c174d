/**
 * A recipe: the chunks that rebuild one object, in order, and where each is stored. With it, ranged reads of packs are
 * all that a fetch needs. An object of more than `RECIPE_CHUNKS_MAX` chunks has a recipe of parts, each a list of chunks.
 */
import type { ChunkKind } from './codec.ts';
import { decodeRecipePart } from './recipe-decode.ts';

export { decodeRecipe, decodeRecipePart } from './recipe-decode.ts';
export { encodeRecipe, encodeRecipePart } from './recipe-encode.ts';
export { SAME_PACK } from './recipe-layout.ts';

/** Where something is stored: `length` bytes at `offset` of the pack named `pack` (64 hex digits). */
export interface Place {
  readonly pack: string;
  readonly offset: number;
  readonly length: number;
}

/** A stored chunk. */
export interface StoredChunk {
  /** SHA-256 of the plain bytes, 64 lower-case hex digits. */
  readonly hash: string;
  /** Plain bytes, 1 to `CHUNK_MAX`. */
  readonly rawLength: number;
  readonly kind: ChunkKind;
  readonly place: Place;
}

/** The one base of a chunk of kind 2. */
export interface RecipeBase extends StoredChunk {
  readonly kind: 0 | 1;
  /** Versions between the base and the chunk that is coded against it, 1 to 255. */
  readonly age: number;
}

export interface RecipeChunk extends StoredChunk {
  /** Present exactly if `kind` is 2. */
  readonly base?: RecipeBase;
}

/** A run of an object's chunks that has a recipe of its own. */
export interface RecipePart {
  /** Content bytes that it covers. */
  readonly rawLength: number;
  readonly place: Place;
}

/** Exactly one of `chunks` and `parts` is not empty; their raw lengths add up to `size`. */
export interface Recipe {
  readonly oid: string;
  /** Bytes of the object. */
  readonly size: number;
  readonly chunks: readonly RecipeChunk[];
  readonly parts: readonly RecipePart[];
}

/** Which run of an object a part covers: `length` content bytes from `start`. */
export interface RecipeRun {
  readonly oid: string;
  readonly size: number;
  readonly start: number;
  readonly length: number;
}

/** A recipe's chunks in order, at most `RECIPE_CHUNKS_MAX` at a time; `read` gets a part's bytes. */
export async function* recipeChunks(
  { oid, size, chunks, parts }: Recipe,
  read: (place: Place) => Promise<Buffer>,
): AsyncGenerator<readonly RecipeChunk[]> {
  if (chunks.length > 0) yield chunks;
  let start = 0;
  for (const { rawLength, place } of parts) {
    yield decodeRecipePart(await read(place), place.pack, { oid, size, start, length: rawLength });
    start += rawLength;
  }
}

/** Every pack that these chunks and their bases are in, each once, in the order of first need. */
export function packsOf(chunks: Iterable<RecipeChunk>): string[] {
  const packs = new Set<string>();
  for (const { place, base } of chunks) {
    packs.add(place.pack);
    if (base !== undefined) packs.add(base.place.pack);
  }
  return [...packs];
}
