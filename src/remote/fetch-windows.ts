import type { Place } from '../format/recipe.ts';
import type { Piece } from './fetch-pieces.ts';
import { mergePlaces, placeKey, readCost } from './ranges.ts';

const WINDOW_PIECES = 8192;

/** A run of pieces, and the reads that they need, merged: held in memory until they are assembled. */
export interface Window {
  readonly pieces: readonly Piece[];
  readonly reads: readonly Place[];
}

/** Cuts the sequence of pieces into windows, each of which reads `bytes` at the most; what it needs twice it reads once. */
export async function* windowsOf(
  pieces: AsyncIterable<readonly Piece[]>,
  bytes: number,
): AsyncGenerator<Window> {
  let open = new OpenWindow(bytes);
  for await (const some of pieces) {
    for (const piece of some) {
      if (piece.job.failure !== undefined) continue;
      if (!open.add(piece)) {
        yield open.close();
        open = new OpenWindow(bytes);
        open.add(piece);
      }
    }
  }
  if (open.pieces.length > 0) yield open.close();
}

class OpenWindow {
  readonly pieces: Piece[] = [];
  readonly #bytes: number;
  readonly #places = new Map<string, Place>();
  #last: Place | undefined;
  #cost = 0;

  constructor(bytes: number) {
    this.#bytes = bytes;
  }

  /** False if the window has no room for the piece, which an empty one always has. */
  add(piece: Piece): boolean {
    const places = placesOf(piece).filter((place) => !this.#places.has(placeKey(place)));
    let cost = 0;
    let last = this.#last;
    for (const place of places) {
      cost += readCost(place, last);
      last = place;
    }
    const full = this.#cost + cost > this.#bytes || this.pieces.length === WINDOW_PIECES;
    if (full && this.pieces.length > 0) return false;
    for (const place of places) this.#places.set(placeKey(place), place);
    this.pieces.push(piece);
    this.#last = last;
    this.#cost += cost;
    return true;
  }

  close(): Window {
    return { pieces: this.pieces, reads: mergePlaces(this.#places.values(), this.#bytes) };
  }
}

function placesOf({ chunk, chunkHere, baseHere }: Piece): Place[] {
  if (chunkHere) return [];
  if (chunk.base === undefined || baseHere) return [chunk.place];
  return [chunk.base.place, chunk.place];
}
