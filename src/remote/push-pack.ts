import type { EncodedChunk } from '../format/codec.ts';
import { type FinishedPack, PackBuilder, type RECIPE, type RECIPE_PART } from '../format/pack.ts';
import type { Place } from '../format/recipe.ts';
import type { PackSlot, Spot } from './push-entry.ts';

/** A pack is sent when it has grown to this: two or three of them in memory and on the way fill a line. */
export const PACK_BYTES = 16 * 1024 * 1024;

export interface PackerNext {
  /** Takes a finished pack; may make the packer wait. */
  readonly send: (pack: FinishedPack) => Promise<void>;
  /** Told of each recipe as soon as its pack has a name. */
  readonly learn: (kind: RecipeKind, place: Place, bytes: Buffer) => void;
}

interface OpenPack {
  readonly builder: PackBuilder;
  readonly slot: PackSlot;
  readonly recipes: { readonly kind: RecipeKind; readonly offset: number; readonly bytes: Buffer }[];
}

type RecipeKind = typeof RECIPE | typeof RECIPE_PART;

/** The stage that fills packs, one at a time. */
export class Packer {
  readonly #repository: string;
  readonly #next: PackerNext;
  #open: OpenPack | undefined;

  /** `repository` is the id of the git remote. */
  constructor(repository: string, next: PackerNext) {
    this.#repository = repository;
    this.#next = next;
  }

  async addChunk(hash: string, rawLength: number, stored: EncodedChunk, isObject: boolean): Promise<Spot> {
    const { builder, slot } = await this.#room(stored.bytes.length);
    const offset = builder.addChunk({ hash, rawLength, isObject }, stored);
    return { slot, offset, length: stored.bytes.length };
  }

  /**
   * Adds a recipe, or a part of one. `encode` is called when it is clear which pack is open: places in that pack have no
   * name. `length` is what the recipe takes at most.
   */
  async addRecipe(kind: RecipeKind, oid: string, length: number, encode: () => Buffer): Promise<Spot> {
    const { builder, slot, recipes } = await this.#room(length);
    const bytes = encode();
    const offset = builder.addRecipe(kind, oid, bytes);
    recipes.push({ kind, offset, bytes });
    return { slot, offset, length: bytes.length };
  }

  /** Ends the open pack: from now on it has its name, and every recipe in it is on its way. */
  async seal(): Promise<void> {
    if (this.#open === undefined) return;
    const { builder, slot, recipes } = this.#open;
    this.#open = undefined;
    const pack = builder.finish();
    slot.name = pack.name;
    for (const { kind, offset, bytes } of recipes) {
      this.#next.learn(kind, { pack: pack.name, offset, length: bytes.length }, bytes);
    }
    await this.#next.send(pack);
  }

  async #room(length: number) {
    const open = this.#open;
    if (open !== undefined && open.builder.count > 0) {
      if (open.builder.size + length > PACK_BYTES || !open.builder.fits(length)) await this.seal();
    }
    this.#open ??= { builder: new PackBuilder(this.#repository), slot: { name: undefined }, recipes: [] };
    return this.#open;
  }
}
