import type { EncodedChunk } from '../format/codec.ts';
import {
  type FinishedPack,
  PackBuilder,
  type RECIPE,
  type RECIPE_PART,
  type TakeSlab,
} from '../format/pack.ts';
import type { Place } from '../format/recipe.ts';
import type { PackSlot, Spot } from './push-entry.ts';

export interface PackerNext {
  /** Takes a finished pack; may make the packer wait. */
  readonly send: (pack: FinishedPack) => Promise<void>;
  /** Told of each recipe as soon as its pack has a name. */
  readonly learn: (kind: RecipeKind, place: Place, bytes: Buffer) => void;
}

export interface PackerOptions {
  /** Id of the git remote. */
  readonly repository: string;
  /** A pack is ended before it grows beyond this. */
  readonly packBytes: number;
  readonly takeSlab: TakeSlab;
}

type RecipeKind = typeof RECIPE | typeof RECIPE_PART;

interface PendingRecipe {
  readonly kind: RecipeKind;
  readonly oid: string;
  readonly encode: () => Buffer;
  /** Known when the pack is sealed. */
  readonly spot: { readonly slot: PackSlot; offset: number; length: number };
}

interface OpenPack {
  readonly builder: PackBuilder;
  readonly slot: PackSlot;
  readonly recipes: PendingRecipe[];
  /** What `recipes` take at most. */
  recipeBytes: number;
}

/**
 * The stage that fills packs, one at a time: chunks first, then all recipes. Whoever fetches the objects of a pack
 * reads the recipes first, and those that lie side by side in one request.
 */
export class Packer {
  readonly #options: PackerOptions;
  readonly #next: PackerNext;
  #open: OpenPack | undefined;

  constructor(options: PackerOptions, next: PackerNext) {
    this.#options = options;
    this.#next = next;
  }

  async addChunk(hash: string, rawLength: number, stored: EncodedChunk, isObject: boolean): Promise<Spot> {
    if (!this.hasRoom(stored.bytes.length)) await this.seal();
    return this.addChunkNow(hash, rawLength, stored, isObject);
  }

  /** As `addChunk`, for whoever has made sure that there is room. */
  addChunkNow(hash: string, rawLength: number, stored: EncodedChunk, isObject: boolean): Spot {
    const { builder, slot } = this.#opened();
    const offset = builder.addChunk({ hash, rawLength, isObject }, stored);
    return { slot, offset, length: stored.bytes.length };
  }

  /**
   * Adds a recipe, or a part of one. `encode` is called when the pack is sealed: places in that pack have no name then,
   * and all others have one. `length` is what the recipe takes at most.
   */
  async addRecipe(kind: RecipeKind, oid: string, length: number, encode: () => Buffer): Promise<Spot> {
    if (!this.hasRoom(length)) await this.seal();
    const open = this.#opened();
    const spot = { slot: open.slot, offset: 0, length: 0 };
    open.recipes.push({ kind, oid, encode, spot });
    open.recipeBytes += length;
    return spot;
  }

  /** Ends the open pack: from now on it has its name, and every recipe in it is on its way. */
  async seal(): Promise<void> {
    if (this.#open === undefined) return;
    const { builder, slot, recipes } = this.#open;
    this.#open = undefined;
    const encoded = recipes.map(({ kind, oid, encode, spot }) => {
      const bytes = encode();
      spot.offset = builder.addRecipe(kind, oid, bytes);
      spot.length = bytes.length;
      return { kind, bytes, offset: spot.offset };
    });
    const pack = builder.finish();
    slot.name = pack.name;
    for (const { kind, bytes, offset } of encoded) {
      this.#next.learn(kind, { pack: pack.name, offset, length: bytes.length }, bytes);
    }
    await this.#next.send(pack);
  }

  /** False if the open pack has to be sealed before `length` bytes more are added. */
  hasRoom(length: number): boolean {
    if (this.#open === undefined) return true;
    const { builder, recipeBytes } = this.#open;
    const more = recipeBytes + length;
    return builder.size + more <= this.#options.packBytes && builder.fits(more);
  }

  #opened(): OpenPack {
    const { repository, takeSlab } = this.#options;
    this.#open ??= {
      builder: new PackBuilder(repository, takeSlab),
      slot: { name: undefined },
      recipes: [],
      recipeBytes: 0,
    };
    return this.#open;
  }
}
