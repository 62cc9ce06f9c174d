import type { ChunkKind } from '../format/codec.ts';
import { type Place, type RecipeChunk, SAME_PACK } from '../format/recipe.ts';
import type { ObjectKind } from '../format/table.ts';

/** A pack that this push relies on. It has no name while it is being filled. */
export interface PackSlot {
  name: string | undefined;
}

/** Where something is stored. The pack may still be open. */
export interface Spot {
  readonly slot: PackSlot;
  readonly offset: number;
  /** Stored bytes. */
  readonly length: number;
}

/** A chunk that has its place on the remote, or will have. */
export interface PlacedChunk {
  /** SHA-256 of the plain bytes. */
  readonly hash: string;
  readonly rawLength: number;
  readonly kind: ChunkKind;
  readonly spot: Spot;
  /** Present exactly if `kind` is 2. */
  readonly base?: PlacedBase;
}

export interface PlacedBase extends Omit<PlacedChunk, 'base'> {
  readonly kind: 0 | 1;
  readonly age: number;
}

/** An object of the push, as the table will name it. */
export interface Entry {
  readonly oid: string;
  readonly kind: ObjectKind;
  /** The object itself, or its recipe. */
  readonly spot: Spot;
  /** The packs of the recipe's chunks, bases and parts. */
  readonly needs: ReadonlySet<PackSlot>;
  /** Sampled hashes of chunks that this push stored for it. */
  readonly samples: readonly string[];
  /** True if this push has uploaded it. */
  readonly isNew: boolean;
}

/** A place for a recipe that goes into the open pack: every other pack has its name by then. */
export function recipePlace({ slot, offset, length }: Spot): Place {
  return { pack: slot.name ?? SAME_PACK, offset, length };
}

export function recipeChunk({ hash, rawLength, kind, spot, base }: PlacedChunk): RecipeChunk {
  const chunk = { hash, rawLength, kind, place: recipePlace(spot) };
  if (base === undefined) return chunk;
  const { spot: baseSpot, ...rest } = base;
  return { ...chunk, base: { ...rest, place: recipePlace(baseSpot) } };
}

/** Every pack that an entry relies on. */
export function packsOf(entry: Entry): string[] {
  return packsOfAll([entry]);
}

/** Every pack that some entry relies on. */
export function packsOfAll(entries: Iterable<Entry>): string[] {
  const slots = new Set<PackSlot>();
  let last: PackSlot | undefined;
  for (const { spot, needs } of entries) {
    // Neighbours share a pack.
    if (spot.slot !== last) slots.add(spot.slot);
    last = spot.slot;
    for (const slot of needs) slots.add(slot);
  }
  return [...slots].flatMap(({ name }) => name ?? []);
}
