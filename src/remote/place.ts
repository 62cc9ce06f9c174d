/** Where an object can be had: its recipe, or, for an object that is one chunk, its bytes. As a table says it. */
export interface Place {
  readonly holds: 'recipe' | 'chunk';
  /** Name of the pack, 64 lower-case hex digits. */
  readonly pack: string;
  /** In the pack, in bytes. */
  readonly offset: number;
  /** Stored bytes. */
  readonly length: number;
  /** How a chunk is stored: 0 raw, 1 a zstd frame. 0 for a recipe. */
  readonly kind: number;
  /** Name of the table that says so. */
  readonly table: string;
}

/** One string for one place, whichever table names it. */
export function placeKey(place: Place): string {
  return `${place.pack}:${place.offset}`;
}

export const packKey = (name: string): string => `packs/${name}`;
export const tableKey = (name: string): string => `index/${name}`;
export const markKey = (name: string): string => `marks/${name}`;
