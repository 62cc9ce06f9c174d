import type { ByteRange } from '../backend/backend.ts';
import { isLodeError } from '../errors.ts';
import { RECIPE_MAX } from '../format/limits.ts';
import { RECIPE, RECIPE_PART } from '../format/pack.ts';
import {
  decodeRecipe,
  decodeRecipePart,
  type Place,
  type Recipe,
  type RecipeChunk,
} from '../format/recipe.ts';
import type { PackReader } from './pack-reader.ts';
import { type Failure, mergePlaces } from './ranges.ts';
import type { RecipeCache } from './recipe-cache.ts';
import type { RecipeKind } from './recipe-record.ts';

/** The recipe of `oid` that a table says is at `place`. */
export interface WantedRecipe {
  readonly oid: string;
  readonly place: Place;
}

/**
 * Recipes by oid, from the cache or in merged reads. One that names another object, or is no recipe, is `corrupt`.
 * FORMAT_UNKNOWN_VERSION if a later git-lode wrote one.
 */
export async function readRecipes(
  cache: RecipeCache,
  reader: PackReader,
  wanted: readonly WantedRecipe[],
): Promise<Map<string, Recipe | Failure>> {
  const places = wanted.map(({ place }) => place);
  const recipes = await readDecoded(cache, reader, RECIPE, places, decodeRecipe);
  return new Map(
    wanted.map(({ oid }, i) => {
      const recipe = recipes[i]!;
      return [oid, typeof recipe === 'string' || recipe.oid === oid ? recipe : 'corrupt'];
    }),
  );
}

/** The recipe at a place, of whatever object. */
export async function readRecipeAt(
  cache: RecipeCache,
  reader: PackReader,
  place: Place,
): Promise<Recipe | Failure> {
  return (await readDecoded(cache, reader, RECIPE, [place], decodeRecipe))[0]!;
}

/** Neighbouring chunks of an object. */
export interface ChunkRun {
  /** Where the first begins in the object. */
  readonly start: number;
  readonly chunks: readonly RecipeChunk[];
}

/**
 * A recipe's chunks in order, a part of the recipe at a time: at most `RECIPE_CHUNKS_MAX`. Ends with the failure of a part
 * that cannot be had.
 */
export async function* readChunks(
  cache: RecipeCache,
  reader: PackReader,
  recipe: Recipe,
): AsyncGenerator<readonly RecipeChunk[] | Failure> {
  for await (const run of readRuns(cache, reader, recipe, { offset: 0, length: recipe.size })) {
    yield typeof run === 'string' ? run : run.chunks;
  }
}

/** As `readChunks`, of the chunks that hold bytes of `range`: a part of the recipe that has none of them is not read. */
export async function* readRuns(
  cache: RecipeCache,
  reader: PackReader,
  recipe: Recipe,
  range: ByteRange,
): AsyncGenerator<ChunkRun | Failure> {
  if (recipe.chunks.length > 0) yield overlap({ start: 0, chunks: recipe.chunks }, range);
  let start = 0;
  for (const { place, rawLength } of recipe.parts) {
    const run = { oid: recipe.oid, size: recipe.size, start, length: rawLength };
    start += rawLength;
    if (start <= range.offset) continue;
    if (run.start >= range.offset + range.length) return;
    const decode = (bytes: Buffer, pack: string) => decodeRecipePart(bytes, pack, run);
    const [chunks] = await readDecoded(cache, reader, RECIPE_PART, [place], decode);
    if (typeof chunks === 'string') {
      yield chunks;
      return;
    }
    yield overlap({ start: run.start, chunks: chunks! }, range);
  }
}

/** Those chunks of a run that hold bytes of `range`. */
export function overlap({ start, chunks }: ChunkRun, { offset, length }: ByteRange): ChunkRun {
  let first = 0;
  let from = start;
  for (; first < chunks.length && from + chunks[first]!.rawLength <= offset; first++)
    from += chunks[first]!.rawLength;
  let last = first;
  for (let at = from; last < chunks.length && at < offset + length; last++) at += chunks[last]!.rawLength;
  return { start: from, chunks: chunks.slice(first, last) };
}

/** Reads and decodes places, in their order. The cache gives what it has, and gets what was sound. */
async function readDecoded<T extends object>(
  cache: RecipeCache,
  reader: PackReader,
  kind: RecipeKind,
  places: readonly Place[],
  decode: (bytes: Buffer, pack: string) => T,
): Promise<(T | Failure)[]> {
  const here = places.map((place) => {
    const bytes = cache.find(place);
    return bytes === undefined ? 'gone' : valid(() => decode(bytes, place.pack));
  });
  const missing = places.filter((place, i) => typeof here[i] === 'string' && place.length <= RECIPE_MAX);
  const ranges = await reader.readAll(mergePlaces(missing));
  return places.map((place, i) => {
    const cached = here[i]!;
    if (typeof cached !== 'string') return cached;
    const bytes = ranges.find(place) ?? 'corrupt';
    if (typeof bytes === 'string') return bytes;
    const decoded = valid(() => decode(bytes, place.pack));
    if (typeof decoded !== 'string') cache.add(kind, place, bytes);
    return decoded;
  });
}

function valid<T>(decode: () => T): T | Failure {
  try {
    return decode();
  } catch (error) {
    if (isLodeError(error, 'FORMAT_INVALID')) return 'corrupt';
    throw error;
  }
}
