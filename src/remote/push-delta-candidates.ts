import type { StoredObject } from '../store/store.ts';
import type { OldChunk, OldVersion } from './push-delta-versions.ts';

/** Content-defined cuts depend on what is before them: an edited chunk nearly always ends or begins as the old one did. */
const EDGE_BYTES = 24;
/** Chunks with the same edge that are looked at to find the nearest. */
const SAME_EDGE_MAX = 64;

/**
 * Which chunks of one old version the next chunk of a new version may have been made from. The candidates are guesses, likeliest first:
 * the old chunk with the same last 24 bytes, the one with the same first 24, and the one after that which the chunk before was.
 */
export class Candidates {
  readonly version: OldVersion;
  readonly #tails = new EdgeIndex();
  readonly #heads = new EdgeIndex();
  readonly #places = new Map<string, number>();
  /** The old chunk that follows in order. */
  #next = 0;

  /** Without `content`, the version's own bytes, there is only the order to go by. */
  constructor(version: OldVersion, content: StoredObject | undefined) {
    this.version = version;
    for (const [at, { chunk, offset }] of version.chunks.entries()) {
      this.#places.set(chunk.hash, at);
      if (content === undefined || offset + chunk.rawLength > content.size) continue;
      const length = Math.min(EDGE_BYTES, chunk.rawLength);
      this.#heads.add(content.read(offset, length), at);
      this.#tails.add(content.read(offset + chunk.rawLength - length, length), at);
    }
  }

  /** Of a chunk that is to be coded; each once. */
  of(data: Buffer): OldChunk[] {
    const length = Math.min(EDGE_BYTES, data.length);
    const tail = this.#tails.nearest(data.subarray(data.length - length), this.#next);
    const head = this.#heads.nearest(data.subarray(0, length), this.#next);
    const places = [tail, head, this.#next].filter((at) => at !== undefined);
    return [...new Set(places)].flatMap((at) => this.version.chunks[at] ?? []);
  }

  /** The chunk just passed is, or was made from, the old chunk of this hash. */
  passed(hash: string): void {
    const at = this.#places.get(hash);
    if (at !== undefined) this.#next = at + 1;
  }
}

/** Places by some bytes, several of which may be alike. */
class EdgeIndex {
  /** The last place of each edge. */
  readonly #last = new Map<string, number>();
  /** Of each place the one before it with the same edge. */
  readonly #before = new Map<number, number>();

  add(edge: Buffer, place: number): void {
    const key = edge.toString('latin1');
    const before = this.#last.get(key);
    if (before !== undefined) this.#before.set(place, before);
    this.#last.set(key, place);
  }

  nearest(edge: Buffer, place: number): number | undefined {
    let at = this.#last.get(edge.toString('latin1'));
    let best = at;
    for (let looked = 0; at !== undefined && looked < SAME_EDGE_MAX; looked++) {
      if (Math.abs(at - place) < Math.abs(best! - place)) best = at;
      at = this.#before.get(at);
    }
    return best;
  }
}
