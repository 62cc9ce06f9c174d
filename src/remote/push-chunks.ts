import type { PlacedChunk, Spot } from './push-entry.ts';

/** A hundred gigabytes of content at some 200 bytes a chunk; beyond that the oldest are forgotten and stored again. */
const MAX_CHUNKS = 500_000;

/**
 * The chunks that need not be stored again: those that this push has stored, and those that the remote is known to
 * have.
 */
export class ChunkIndex {
  readonly #chunks = new Map<string, PlacedChunk>();

  /** `rawLength` is what the caller has: a pointer's word for an object's size is nobody's proof. */
  find(hash: string, rawLength: number): PlacedChunk | undefined {
    const chunk = this.#chunks.get(hash);
    return chunk?.rawLength === rawLength ? chunk : undefined;
  }

  add(chunk: PlacedChunk): void {
    if (this.#chunks.has(chunk.hash)) return;
    this.#chunks.set(chunk.hash, chunk);
    if (this.#chunks.size > MAX_CHUNKS) this.#chunks.delete(this.#chunks.keys().next().value!);
  }

  /** Forgets every chunk that is in a pack that `isLost`, or whose base is. */
  forget(isLost: (pack: string) => boolean): void {
    const lost = ({ slot }: Spot) => slot.name !== undefined && isLost(slot.name);
    for (const [hash, { spot, base }] of this.#chunks) {
      if (lost(spot) || (base !== undefined && lost(base.spot))) this.#chunks.delete(hash);
    }
  }
}
