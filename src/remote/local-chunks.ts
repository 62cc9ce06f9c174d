import { isLodeError } from '../errors.ts';
import { RECIPE } from '../format/pack.ts';
import { decodeRecipe, decodeRecipePart, type Recipe, type RecipeChunk } from '../format/recipe.ts';
import { sha256 } from '../store/sha256.ts';
import type { Store, StoredObject } from '../store/store.ts';
import { placeKey } from './ranges.ts';
import type { RecipeCache } from './recipe-cache.ts';
import type { CachedRecipe } from './recipe-record.ts';

interface Origin {
  readonly oid: string;
  readonly offset: number;
  readonly length: number;
}

/**
 * Chunks that objects in the local store contain, by the recipes that are known here. Hints: an object may have gone, and a
 * recipe may be wrong, so what is read is checked, and downloaded where it fails.
 */
export class LocalChunks {
  readonly #store: Store;
  readonly #cache: RecipeCache;
  readonly #origins = new Map<string, Origin>();
  #open: { readonly oid: string; readonly object: StoredObject | undefined } | undefined;

  constructor(store: Store, cache: RecipeCache) {
    this.#store = store;
    this.#cache = cache;
  }

  /**
   * Looks for `chunks` and their bases in the newest recipes whose objects are here; what was found before is forgotten. Reads
   * no more bytes of recipes than it could save of the download: a small fetch stays small beside a large cache. `own` are the
   * recipes that the chunks are from, by `placeKey`.
   */
  search(chunks: Iterable<RecipeChunk>, own: ReadonlySet<string>): void {
    this.#origins.clear();
    const others = this.#cache
      .list()
      .filter(({ kind, place }) => kind === RECIPE && !own.has(placeKey(place)));
    if (others.length === 0) return;
    const needed = new Set<string>();
    let budget = 0;
    for (const { hash, place, base } of chunks) {
      needed.add(hash);
      budget += place.length;
      if (base === undefined || needed.has(base.hash)) continue;
      needed.add(base.hash);
      budget += base.place.length;
    }
    for (const cached of others) {
      if (needed.size === 0 || budget <= 0) return;
      budget -= cached.place.length;
      const recipe = this.#decode(cached);
      if (recipe === undefined || !this.#store.has(recipe.oid, recipe.size)) continue;
      for (const [chunk, offset] of this.#chunksOf(recipe)) {
        if (needed.delete(chunk.hash)) this.claim(chunk, recipe.oid, offset);
      }
    }
  }

  /**
   * True if another object than `oid` has this chunk. Otherwise it is noted that `oid` has it at `offset`: objects come in one
   * after the other, so it is here when the next object needs it.
   */
  claim({ hash, rawLength }: RecipeChunk, oid: string, offset: number): boolean {
    const origin = this.#origins.get(hash);
    if (origin !== undefined) return origin.oid !== oid;
    this.#origins.set(hash, { oid, offset, length: rawLength });
    return false;
  }

  /** True if another object than `oid`, which cannot be read while it comes in, has or will have the chunk of this hash. */
  has(hash: string, oid: string): boolean {
    const origin = this.#origins.get(hash);
    return origin !== undefined && origin.oid !== oid;
  }

  /** The chunk's bytes, checked, or undefined if they cannot be had here. */
  read(hash: string): Buffer | undefined {
    const origin = this.#origins.get(hash);
    if (origin === undefined) return undefined;
    const object = this.#object(origin.oid);
    if (object === undefined || origin.offset + origin.length > object.size) return undefined;
    const bytes = object.read(origin.offset, origin.length);
    return sha256(bytes) === hash ? bytes : undefined;
  }

  close(): void {
    this.#open?.object?.close();
    this.#open = undefined;
  }

  /** Neighbouring chunks mostly come from one object, which is kept open. */
  #object(oid: string): StoredObject | undefined {
    if (this.#open?.oid === oid && this.#open.object !== undefined) return this.#open.object;
    this.close();
    this.#open = { oid, object: this.#store.open(oid) };
    return this.#open.object;
  }

  #decode({ place }: CachedRecipe): Recipe | undefined {
    const bytes = this.#cache.find(place);
    return bytes && readable(() => decodeRecipe(bytes, place.pack));
  }

  /** The chunks of a recipe and their offsets, as far as its parts are here. */
  *#chunksOf(recipe: Recipe): Generator<[RecipeChunk, number]> {
    yield* withOffsets(recipe.chunks, 0);
    let start = 0;
    for (const { place, rawLength } of recipe.parts) {
      const bytes = this.#cache.find(place);
      const run = { oid: recipe.oid, size: recipe.size, start, length: rawLength };
      const chunks = bytes && readable(() => decodeRecipePart(bytes, place.pack, run));
      if (chunks !== undefined) yield* withOffsets(chunks, start);
      start += rawLength;
    }
  }
}

function* withOffsets(chunks: readonly RecipeChunk[], start: number): Generator<[RecipeChunk, number]> {
  let offset = start;
  for (const chunk of chunks) {
    yield [chunk, offset];
    offset += chunk.rawLength;
  }
}

/** A recipe that this version cannot read gives no hints. */
function readable<T>(decode: () => T): T | undefined {
  try {
    return decode();
  } catch (error) {
    if (isLodeError(error, 'FORMAT_INVALID') || isLodeError(error, 'FORMAT_UNKNOWN_VERSION'))
      return undefined;
    throw error;
  }
}
