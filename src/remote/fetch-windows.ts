import type { Place } from '../format/recipe.ts';
import { WHOLE_BYTES } from './fetch-assemble.ts';
import type { Job } from './fetch-job.ts';
import type { Piece } from './fetch-pieces.ts';
import { mergePlaces, placeKey, readCost } from './ranges.ts';

const WINDOW_PIECES = 8192;

/** A run of pieces, and the reads that they need, merged: held in memory until they are assembled. */
export interface Window {
  readonly pieces: readonly Piece[];
  readonly reads: readonly Place[];
  /** True if its objects are whole, and need nothing that an earlier window brings. */
  readonly apart: boolean;
}

/** Cuts the sequence of pieces into windows, each of which reads `bytes` at the most; what it needs twice it reads once. */
export async function* windowsOf(
  pieces: AsyncIterable<readonly Piece[]>,
  bytes: number,
): AsyncGenerator<Window> {
  let open = new OpenWindow(bytes);
  const place = function* (run: readonly Piece[]): Generator<Window> {
    if (open.add(run)) return;
    if (open.pieces.length > 0) {
      yield open.close();
      open = new OpenWindow(bytes, open.unfinished);
      yield* place(run);
    } else for (const piece of run) yield* place([piece]);
  };
  for await (const some of pieces) {
    for (const run of runs(some)) if (run[0]!.job.failure === undefined) yield* place(run);
  }
  if (open.pieces.length > 0) yield open.close();
}

/** What is better not parted: the pieces of an object that is in memory as a whole. Its window need then not wait for the one before. */
function* runs(pieces: readonly Piece[]): Generator<readonly Piece[]> {
  let start = 0;
  for (const [at, { job, last }] of pieces.entries()) {
    const goesOn = !last && pieces[at + 1]?.job === job;
    if (goesOn && job.wanted.size <= WHOLE_BYTES) continue;
    yield pieces.slice(start, at + 1);
    start = at + 1;
  }
}

class OpenWindow {
  readonly pieces: Piece[] = [];
  readonly #bytes: number;
  /** The object that the window before has a part of. */
  readonly #before: Job | undefined;
  readonly #places = new Map<string, Place>();
  #last: Place | undefined;
  #cost = 0;

  constructor(bytes: number, before?: Job) {
    this.#bytes = bytes;
    this.#before = before;
  }

  /** The object of which more pieces come. */
  get unfinished(): Job | undefined {
    const last = this.pieces.at(-1);
    return last === undefined || last.last ? undefined : last.job;
  }

  /** False if the window has no room for the pieces, or had better end before them; an empty one always takes one. */
  add(run: readonly Piece[]): boolean {
    if (this.#endsWithPack(run[0]!)) return false;
    const places = new Map<string, Place>();
    let cost = 0;
    let last = this.#last;
    for (const place of run.flatMap(placesOf)) {
      const key = placeKey(place);
      if (this.#places.has(key) || places.has(key)) continue;
      places.set(key, place);
      cost += readCost(place, last);
      last = place;
    }
    const full = this.#cost + cost > this.#bytes || this.pieces.length + run.length > WINDOW_PIECES;
    if (full && this.pieces.length + run.length > 1) return false;
    for (const [key, place] of places) this.#places.set(key, place);
    this.pieces.push(...run);
    this.#last = last;
    this.#cost += cost;
    return true;
  }

  /** True if what follows is in another pack, and the window full enough: to go on there would be one more request. */
  #endsWithPack({ chunk, chunkHere }: Piece): boolean {
    const isNear = chunkHere || this.#last === undefined || chunk.place.pack === this.#last.pack;
    return !isNear && this.#cost > this.#bytes / 2;
  }

  close(): Window {
    const continues = this.#before !== undefined && this.pieces[0]?.job === this.#before;
    return {
      pieces: this.pieces,
      reads: mergePlaces(this.#places.values(), this.#bytes),
      apart: !continues && this.unfinished === undefined && !this.pieces.some(isHere),
    };
  }
}

/** True of a piece that is read here, perhaps from an object that comes in before it. */
export function isHere({ chunkHere, baseHere }: Piece): boolean {
  return chunkHere || baseHere;
}

function placesOf({ chunk, chunkHere, baseHere }: Piece): Place[] {
  if (chunkHere) return [];
  if (chunk.base === undefined || baseHere) return [chunk.place];
  return [chunk.base.place, chunk.place];
}
