import { RECIPE } from '../format/pack.ts';
import { type Place, packsOf, type Recipe, type RecipeChunk } from '../format/recipe.ts';
import { oidPrefix } from '../format/table.ts';
import { lookup, lookupSample, type ObjectPlace } from './lookup.ts';
import type { PackReader } from './pack-reader.ts';
import type { Entry, PackSlot, PlacedChunk, Spot } from './push-entry.ts';
import { readChunks, readRecipeAt, readRecipes } from './recipes.ts';
import type { Remote } from './remote.ts';

/** What is read of recipes at once; decoded they take some seven times as much. */
const WINDOW_BYTES = 2 * 1024 * 1024;
const WINDOW_RECIPES = 256;

export interface KnownObject {
  readonly oid: string;
  readonly size: number;
}

/**
 * Takes a chunk that the remote has, whether or not all of its object can be relied on; the chunk begins at `offset` of the object
 * `oid`, whose chunks come in order.
 */
export type TakeChunk = (chunk: PlacedChunk, oid: string, offset: number) => void;

interface RecipePlace {
  readonly object: KnownObject;
  readonly place: Place;
}

/**
 * Step 2: what the remote has, by what its tables say and without what `condemned` names, be it a table, the pack of a
 * recipe or a pack of a chunk. Nothing found here is relied on before steps 5 and 6 have looked at it.
 */
export class RemoteKnowledge {
  readonly #remote: Remote;
  readonly #reader: PackReader;
  readonly #condemned: (name: string) => boolean;
  readonly #slots = new Map<string, PackSlot>();

  constructor(remote: Remote, reader: PackReader, condemned: (name: string) => boolean) {
    this.#remote = remote;
    this.#reader = reader;
    this.#condemned = condemned;
  }

  /** The one slot of a pack that is on the remote. */
  slot(name: string): PackSlot {
    const slot = this.#slots.get(name) ?? { name };
    this.#slots.set(name, slot);
    return slot;
  }

  /**
   * The entries of those of `objects` that the remote has; their chunks go to `take` on the way. `refresh`: list the
   * tables first.
   */
  async *find(
    objects: readonly KnownObject[],
    { refresh, take }: { readonly refresh: boolean; readonly take?: TakeChunk },
  ): AsyncGenerator<Entry, void, undefined> {
    const { tables } = this.#remote;
    const places = await lookup(tables, oidsOf(objects), { skip: this.#condemned, refresh });
    if (places.size === 0) return;
    const open = new Map(objects.map((object) => [object.oid, object]));
    for await (const entry of this.findAt(objects, places, take)) {
      open.delete(entry.oid);
      yield entry;
    }
    const doubtful = [...open.keys()].filter((oid) => places.has(oid));
    if (doubtful.length === 0) return;
    // What the first table says leads to nothing that can be relied on: another one may know better.
    const others = await lookup(tables, doubtful, { skip: this.#condemned, every: true });
    for (const [oid, all] of others) {
      for (const place of all) {
        const found = await this.findAt([open.get(oid)!], new Map([[oid, [place]]]), take).next();
        if (found.done) continue;
        yield found.value;
        break;
      }
    }
  }

  /** The chunks of an object that has the sampled chunk of this hash, if the tables know one. */
  async learnFrom(chunkHash: string, take: TakeChunk): Promise<void> {
    const { tables, recipes } = this.#remote;
    for (const { prefix, place } of await lookupSample(tables, chunkHash, this.#condemned)) {
      const recipe = await readRecipeAt(recipes, this.#reader, place);
      this.#reader.throwIfStopped();
      if (typeof recipe === 'string' || oidPrefix(recipe.oid) !== prefix) continue;
      // Where one object has been found, others with the same chunk are its other versions.
      if ((await this.#fromRecipe(recipe, place, take)) !== undefined) return;
    }
  }

  /** The entries of those of `objects` that are whole at the first of their `places`. */
  async *findAt(
    objects: readonly KnownObject[],
    places: ReadonlyMap<string, readonly ObjectPlace[]>,
    take?: TakeChunk,
  ): AsyncGenerator<Entry, void, undefined> {
    const recipes: RecipePlace[] = [];
    for (const object of objects) {
      const found = places.get(object.oid)?.[0];
      if (found === undefined) continue;
      if (found.kind === RECIPE) recipes.push({ object, place: found.place });
      else yield this.#whole(object, found.kind, found.place, take);
    }
    for (const window of windows(recipes)) {
      const wanted = window.map(({ object, place }) => ({ oid: object.oid, place }));
      const read = await readRecipes(this.#remote.recipes, this.#reader, wanted);
      this.#reader.throwIfStopped();
      for (const { object, place } of window) {
        const recipe = read.get(object.oid);
        if (recipe === undefined || typeof recipe === 'string' || recipe.size !== object.size) continue;
        const entry = await this.#fromRecipe(recipe, place, take);
        if (entry !== undefined) yield entry;
      }
    }
  }

  #whole({ oid, size }: KnownObject, kind: 0 | 1, place: Place, take: TakeChunk | undefined): Entry {
    const spot = this.#spot(place);
    take?.({ hash: oid, rawLength: size, kind, spot }, oid, 0);
    return { oid, kind, spot, needs: new Set(), samples: [], isNew: false };
  }

  /** Undefined if a part of it cannot be had, or if something that it needs is condemned. */
  async #fromRecipe(recipe: Recipe, place: Place, take: TakeChunk | undefined): Promise<Entry | undefined> {
    const needs = new Set<PackSlot>(recipe.parts.map((part) => this.slot(part.place.pack)));
    let offset = 0;
    for await (const chunks of readChunks(this.#remote.recipes, this.#reader, recipe)) {
      this.#reader.throwIfStopped();
      if (typeof chunks === 'string') return undefined;
      for (const pack of packsOf(chunks)) needs.add(this.slot(pack));
      if (take === undefined) continue;
      for (const chunk of chunks) {
        if (!packsOf([chunk]).some(this.#condemned)) take(this.#placed(chunk), recipe.oid, offset);
        offset += chunk.rawLength;
      }
    }
    for (const { name } of needs) if (this.#condemned(name!)) return undefined;
    return { oid: recipe.oid, kind: RECIPE, spot: this.#spot(place), needs, samples: [], isNew: false };
  }

  #placed({ hash, rawLength, kind, place, base }: RecipeChunk): PlacedChunk {
    const placed = { hash, rawLength, kind, spot: this.#spot(place) };
    if (base === undefined) return placed;
    const { place: basePlace, ...rest } = base;
    return { ...placed, base: { ...rest, spot: this.#spot(basePlace) } };
  }

  #spot({ pack, offset, length }: Place): Spot {
    return { slot: this.slot(pack), offset, length };
  }
}

function* oidsOf(objects: readonly KnownObject[]): Generator<string> {
  for (const { oid } of objects) yield oid;
}

/** Some recipes after the other, as many as may be in memory together. */
function* windows(recipes: readonly RecipePlace[]): Generator<RecipePlace[]> {
  let window: RecipePlace[] = [];
  let bytes = 0;
  for (const recipe of recipes) {
    if (
      window.length === WINDOW_RECIPES ||
      (window.length > 0 && bytes + recipe.place.length > WINDOW_BYTES)
    ) {
      yield window;
      window = [];
      bytes = 0;
    }
    window.push(recipe);
    bytes += recipe.place.length;
  }
  if (window.length > 0) yield window;
}
