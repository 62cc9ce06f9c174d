/** The byte layout of a recipe, and what reader and writer both insist on. docs/FORMAT.md draws it. */
import { CHUNK_MAX, PACK_MAX, RECIPE_MAX } from './limits.ts';
import type { Place, StoredChunk } from './recipe.ts';
import { SIGNATURE_BYTES } from './signature.ts';

/** Written in place of a pack's name for the pack that the recipe itself is in, whose name is not known yet. */
export const SAME_PACK = '0'.repeat(64);

export const RECIPE_HEADER_BYTES = 80;
export const NAME_BYTES = 32;
export const CHUNK_ROW_BYTES = 48;
export const PART_ROW_BYTES = 20;
/** In a chunk's row where a chunk of kind 2 has the index of its base. */
export const NO_BASE = 0xffff;

/** Why this is no place in a pack, or undefined if it is one. */
export function placeFault({ offset, length }: Omit<Place, 'pack'>): string | undefined {
  if (length < 1) return 'something takes no bytes in its pack';
  return offset < SIGNATURE_BYTES || offset + length > PACK_MAX
    ? 'a place is outside of any pack'
    : undefined;
}

/** Why no chunk can be stored like this, or undefined. */
export function chunkFault(
  chunk: Omit<StoredChunk, 'hash' | 'place'> & { length: number },
): string | undefined {
  const { kind, rawLength, length } = chunk;
  if (rawLength < 1 || rawLength > CHUNK_MAX) return 'a chunk has no possible length';
  if (kind !== 0 && kind !== 1 && kind !== 2) return 'a chunk has an unknown kind';
  if (kind === 0 ? length !== rawLength : length >= rawLength) return 'a chunk is stored longer than it is';
  return undefined;
}

/** Why an object cannot be divided like this, or undefined. */
export function sumFault(
  parts: readonly { readonly rawLength: number }[],
  length: number,
): string | undefined {
  const sum = parts.reduce((total, { rawLength }) => total + rawLength, 0);
  return sum === length ? undefined : 'its parts do not add up to its length';
}

/** Why this is no place of a recipe's part, or undefined. */
export function partFault({ length }: { length: number }): string | undefined {
  return length > RECIPE_MAX ? 'a part is too long' : undefined;
}
