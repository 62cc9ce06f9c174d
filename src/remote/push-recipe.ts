import { RECIPE_CHUNKS_MAX } from '../format/limits.ts';
import { RECIPE, RECIPE_PART } from '../format/pack.ts';
import { encodeRecipe, encodeRecipePart, type RecipePart } from '../format/recipe.ts';
import {
  type Entry,
  type PackSlot,
  type PlacedChunk,
  recipeChunk,
  recipePlace,
  type Spot,
} from './push-entry.ts';
import type { Packer } from './push-pack.ts';

/** Upper bounds of what a recipe takes: they decide only into which pack it goes. */
const HEAD_BYTES = 256;
const ROW_BYTES = 176;

/** Collects the chunks of one object, in order, and writes its recipe: in parts, once it has too many for one. */
export class RecipeWriter {
  readonly #oid: string;
  readonly #size: number;
  readonly #packer: Packer;
  readonly #needs = new Set<PackSlot>();
  readonly #parts: { readonly spot: Spot; readonly rawLength: number }[] = [];
  #chunks: PlacedChunk[] = [];
  /** Content bytes in parts that are written. */
  #written = 0;

  constructor(oid: string, size: number, packer: Packer) {
    this.#oid = oid;
    this.#size = size;
    this.#packer = packer;
  }

  async add(chunk: PlacedChunk): Promise<void> {
    if (this.#chunks.length === RECIPE_CHUNKS_MAX) await this.#endPart();
    this.#chunks.push(chunk);
    this.#needs.add(chunk.spot.slot);
    if (chunk.base !== undefined) this.#needs.add(chunk.base.spot.slot);
  }

  /** Call it when the whole object has been verified. */
  async finish(samples: readonly string[]): Promise<Entry> {
    if (this.#parts.length > 0) await this.#endPart();
    const oid = this.#oid;
    const length = HEAD_BYTES + ROW_BYTES * (this.#chunks.length + this.#parts.length);
    const spot = await this.#packer.addRecipe(RECIPE, oid, length, () => {
      const chunks = this.#chunks.map(recipeChunk);
      const parts = this.#parts.map(
        ({ spot, rawLength }): RecipePart => ({ place: recipePlace(spot), rawLength }),
      );
      return encodeRecipe({ oid, size: this.#size, chunks, parts });
    });
    return { oid, kind: RECIPE, spot, needs: this.#needs, samples, isNew: true };
  }

  async #endPart(): Promise<void> {
    const chunks = this.#chunks;
    this.#chunks = [];
    const rawLength = chunks.reduce((sum, chunk) => sum + chunk.rawLength, 0);
    const run = { oid: this.#oid, size: this.#size, start: this.#written, length: rawLength };
    const length = HEAD_BYTES + ROW_BYTES * chunks.length;
    const spot = await this.#packer.addRecipe(RECIPE_PART, this.#oid, length, () =>
      encodeRecipePart(run, chunks.map(recipeChunk)),
    );
    this.#parts.push({ spot, rawLength });
    this.#needs.add(spot.slot);
    this.#written += rawLength;
  }
}
