import { RECIPE } from '../format/pack.ts';
import type { Recipe, RecipeChunk } from '../format/recipe.ts';
import { lookup, type ObjectPlace } from './lookup.ts';
import type { PackReader } from './pack-reader.ts';
import type { Entry, PackSlot, PlacedChunk } from './push-entry.ts';
import { readChunks, readRecipes } from './recipes.ts';
import type { Remote } from './remote.ts';

/** Recipes that are read at once: their chunks are held in memory together. */
const RECIPES_AT_ONCE = 64;

export interface KnownObject {
  readonly oid: string;
  readonly size: number;
}

/** One object that the remote has whole, and, if it has a recipe, its chunks in order. */
export interface Found {
  readonly object: KnownObject;
  readonly entry: Entry;
  readonly chunks: readonly PlacedChunk[];
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

  /** Gives those of `objects` that the remote has. `refresh`: list the tables first. */
  async *find(objects: readonly KnownObject[], refresh: boolean): AsyncGenerator<Found, void, undefined> {
    const skip = this.#condemned;
    const first = await lookup(
      this.#remote.tables,
      objects.map(({ oid }) => oid),
      { skip, refresh },
    );
    const doubtful: KnownObject[] = [];
    for await (const [object, found] of this.#resolve(objects, first)) {
      if (found !== undefined) yield found;
      else if (first.has(object.oid)) doubtful.push(object);
    }
    if (doubtful.length === 0) return;
    const every = await lookup(
      this.#remote.tables,
      doubtful.map(({ oid }) => oid),
      { skip, every: true },
    );
    for (let at = 0; doubtful.some(({ oid }) => (every.get(oid)?.length ?? 0) > at); at++) {
      const nth = new Map([...every].map(([oid, places]) => [oid, places.slice(at, at + 1)]));
      for await (const [object, found] of this.#resolve(doubtful, nth)) {
        if (found === undefined) continue;
        every.delete(object.oid);
        yield found;
      }
    }
  }

  /** Gives those of `objects` that are whole at the first of their `places`. */
  async *findAt(
    objects: readonly KnownObject[],
    places: ReadonlyMap<string, readonly ObjectPlace[]>,
  ): AsyncGenerator<Found, void, undefined> {
    for await (const [, found] of this.#resolve(objects, places)) if (found !== undefined) yield found;
  }

  /**
   * Reads the recipe at the first place of each object. Undefined where that leads to nothing that can be relied on.
   */
  async *#resolve(
    objects: readonly KnownObject[],
    places: ReadonlyMap<string, readonly ObjectPlace[]>,
  ): AsyncGenerator<[KnownObject, Found | undefined], void, undefined> {
    const withRecipe: { object: KnownObject; place: ObjectPlace['place'] }[] = [];
    for (const object of objects) {
      const found = places.get(object.oid)?.[0];
      if (found === undefined) yield [object, undefined];
      else if (found.kind === RECIPE) withRecipe.push({ object, place: found.place });
      else yield [object, this.#single(object, found)];
    }
    for (let at = 0; at < withRecipe.length; at += RECIPES_AT_ONCE) {
      const some = withRecipe.slice(at, at + RECIPES_AT_ONCE);
      const wanted = some.map(({ object, place }) => ({ oid: object.oid, place }));
      const recipes = await readRecipes(this.#remote.recipes, this.#reader, wanted);
      this.#reader.throwIfStopped();
      for (const { object, place } of some) {
        const recipe = recipes.get(object.oid);
        const usable = recipe !== undefined && typeof recipe !== 'string' && recipe.size === object.size;
        yield [object, usable ? await this.#withRecipe(object, recipe, place) : undefined];
      }
    }
  }

  #single(object: KnownObject, { kind, place }: ObjectPlace): Found {
    const spot = { slot: this.slot(place.pack), offset: place.offset, length: place.length };
    const entry = { oid: object.oid, kind, spot, needs: new Set<PackSlot>(), samples: [] };
    const chunk = { hash: object.oid, rawLength: object.size, kind: kind === 1 ? 1 : 0, spot } as const;
    return { object, entry, chunks: [chunk] };
  }

  async #withRecipe(
    object: KnownObject,
    recipe: Recipe,
    place: ObjectPlace['place'],
  ): Promise<Found | undefined> {
    const needs = new Set<PackSlot>(recipe.parts.map((part) => this.slot(part.place.pack)));
    const chunks: PlacedChunk[] = [];
    for await (const some of readChunks(this.#remote.recipes, this.#reader, recipe)) {
      this.#reader.throwIfStopped();
      if (typeof some === 'string') return undefined;
      for (const chunk of some) chunks.push(this.#placed(chunk));
    }
    for (const { spot, base } of chunks) {
      needs.add(spot.slot);
      if (base !== undefined) needs.add(base.spot.slot);
    }
    for (const { name } of needs) if (this.#condemned(name!)) return undefined;
    const spot = { slot: this.slot(place.pack), offset: place.offset, length: place.length };
    return { object, entry: { oid: object.oid, kind: RECIPE, spot, needs, samples: [] }, chunks };
  }

  #placed({ hash, rawLength, kind, place, base }: RecipeChunk): PlacedChunk {
    const spot = { slot: this.slot(place.pack), offset: place.offset, length: place.length };
    if (base === undefined) return { hash, rawLength, kind, spot };
    const { place: basePlace, ...rest } = base;
    const baseSpot = { slot: this.slot(basePlace.pack), offset: basePlace.offset, length: basePlace.length };
    return { hash, rawLength, kind, spot, base: { ...rest, spot: baseSpot } };
  }
}
