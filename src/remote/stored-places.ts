import type { Place } from '../format/recipe.ts';

/** Lengths take 24 bits in a recipe; a number holds 53. */
const LENGTH_UNIT = 2 ** 24;

/**
 * What is stored on the remote for a sequence of owners, where they share: each place counts once, for the first of its owners, in
 * whatever order they are added. 8 million places take about half a GB.
 */
export class StoredPlaces {
  /** By pack and offset: the owner and the length in one number, so that the least is the first owner's. */
  readonly #packs = new Map<string, Map<number, number>>();

  /** `owner` is its position in the sequence, below 2²⁹. */
  add({ pack, offset, length }: Place, owner: number): void {
    let places = this.#packs.get(pack);
    if (places === undefined) {
      places = new Map();
      this.#packs.set(pack, places);
    }
    const entry = owner * LENGTH_UNIT + length;
    const known = places.get(offset);
    if (known === undefined || entry < known) places.set(offset, entry);
  }

  /** Stored bytes of each of `owners` owners. */
  sums(owners: number): number[] {
    const sums = new Array<number>(owners).fill(0);
    for (const places of this.#packs.values()) {
      for (const entry of places.values()) sums[Math.floor(entry / LENGTH_UNIT)]! += entry % LENGTH_UNIT;
    }
    return sums;
  }
}
