/**
 * A recipe: the chunks that rebuild one object, in order, and where each is stored. With it, ranged reads of packs are
 * all that a fetch needs. An object of more than `RECIPE_CHUNKS_MAX` chunks has a recipe of parts, each a list of chunks.
 */
import { LodeError } from '../errors.ts';
import type { ChunkKind } from './codec.ts';

/** Written in place of a pack's name for the pack that the recipe itself is in, whose name is not known yet. */
export const SAME_PACK = '0'.repeat(64);

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

/** Throws INTERNAL for a recipe that `decodeRecipe` would refuse, too many chunks included. */
export function encodeRecipe(_recipe: Recipe): Buffer {
  throw new LodeError('INTERNAL', 'not written');
}

/** One part of an object's recipe; `run.length` is the sum of the chunks' raw lengths. */
export function encodeRecipePart(_run: RecipeRun, _chunks: readonly RecipeChunk[]): Buffer {
  throw new LodeError('INTERNAL', 'not written');
}

/**
 * `pack` is the name of the pack that the bytes were read from; it replaces `SAME_PACK`.
 * Throws FORMAT_UNKNOWN_VERSION or FORMAT_INVALID. Compare `oid` and `size` with what was asked for.
 */
export function decodeRecipe(_bytes: Buffer, _pack: string): Recipe {
  throw new LodeError('INTERNAL', 'not written');
}

/** Throws FORMAT_INVALID also if the part is not the run that is expected. */
export function decodeRecipePart(_bytes: Buffer, _pack: string, _run: RecipeRun): RecipeChunk[] {
  throw new LodeError('INTERNAL', 'not written');
}

/** A recipe's chunks in order, at most `RECIPE_CHUNKS_MAX` at a time; `read` gets a part's bytes. */
export async function* recipeChunks(
  _recipe: Recipe,
  _read: (place: Place) => Promise<Buffer>,
): AsyncGenerator<readonly RecipeChunk[]> {
  throw new LodeError('INTERNAL', 'not written');
}

/** Every pack that these chunks and their bases are in, each once, in the order of first need. */
export function packsOf(_chunks: Iterable<RecipeChunk>): string[] {
  throw new LodeError('INTERNAL', 'not written');
}
