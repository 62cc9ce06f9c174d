/** The byte layout of a pack. docs/FORMAT.md draws it. */

/** What the recipe of a whole object, and a part of one, are called where chunks have their kind. */
export const RECIPE = 0x10;
export const RECIPE_PART = 0x11;

export const PACK_ROW_BYTES = 40;
/** Bytes at the end of a pack that say where its table is. */
export const PACK_TRAILER_BYTES = 96;
/** In a row's flags: the chunk is a whole object. */
export const IS_OBJECT = 1;
