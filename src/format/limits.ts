/** Every bound of the format in one place. docs/FORMAT.md states them; a reader refuses what exceeds them. */

const KiB = 1024;
const MiB = 1024 * KiB;

/** No cut before this many bytes: keeps the number of chunks, and so the length of a recipe, bounded. */
export const CHUNK_MIN = 32 * KiB;
/** One position in this many is a cut. A power of two: its logarithm is the number of bits that are tested. */
export const CHUNK_NOMINAL = 128 * KiB;
/** A cut here at the latest: bounds every buffer of a push and a fetch. */
export const CHUNK_MAX = 512 * KiB;

/** One PUT, whole in memory while it is built and sent; a larger one loses more when a connection breaks. */
export const PACK_MAX = 32 * MiB;

/**
 * Chunks in one recipe, 4 to 5 GiB of content; a larger object's recipe is in parts. Their indexes of packs (its own and
 * its base's, for each chunk) and of bases fit 16 bits.
 */
export const RECIPE_CHUNKS_MAX = 32_768;
export const RECIPE_PACKS_MAX = 2 * RECIPE_CHUNKS_MAX;
/** Parts of one recipe: at the shortest possible chunks still 64 TiB of content. */
export const RECIPE_PARTS_MAX = 65_536;
/** No recipe and no part of one is longer: what a reader may have to ask for in one range. */
export const RECIPE_MAX = 6 * MiB;

/** A table is read whole by those who merge it: 30 million objects. Beyond, there are more tables, not larger ones. */
export const TABLE_MAX = 1024 * MiB;
/** A push number is 16 bits and 0xffff stands for a push that is no longer recorded. */
export const TABLE_PUSHES_MAX = 65_535;

/** Half a million names condemned in one run. */
export const MARK_MAX = 16 * MiB;

/** Bytes of `git-lode.json` and of a file in `repos/`. */
export const TEXT_FILE_MAX = 64 * KiB;
/** Bytes of a git remote's URL. */
export const URL_MAX = 4 * KiB;
/** Characters of a pin's name. */
export const PIN_NAME_MAX = 128;
