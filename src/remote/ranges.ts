import type { Place } from '../format/recipe.ts';

/** Two places this near are read in one request: 32 KiB more cost less than a round trip. */
export const GAP_BYTES = 32 * 1024;
/** A request grows by merging up to this, unless told otherwise; a larger place is read alone. */
const READ_BYTES = 2.5 * 1024 * 1024;

/** Why something cannot be read: its pack is gone, it is not what it should be, or the remote is out of reach. */
export type Failure = 'gone' | 'corrupt' | 'unreached';

/** One string for one place. */
export function placeKey(place: Place): string {
  return `${place.pack}:${place.offset}:${place.length}`;
}

/** The reads that cover all of `places`: by pack and offset, neighbours merged up to `bytes`. */
export function mergePlaces(places: Iterable<Place>, bytes = READ_BYTES): Place[] {
  const sorted = [...places].sort(byPlace);
  const reads: Place[] = [];
  let open: { pack: string; offset: number; length: number } | undefined;
  for (const place of sorted) {
    const end = place.offset + place.length;
    if (open !== undefined && open.pack === place.pack) {
      const openEnd = open.offset + open.length;
      const inside = end <= openEnd;
      if (inside || (place.offset <= openEnd + GAP_BYTES && end - open.offset <= bytes)) {
        open.length = Math.max(openEnd, end) - open.offset;
        continue;
      }
    }
    open = { ...place };
    reads.push(open);
  }
  return reads;
}

/** Orders by pack, then by offset: the order in which things are read best. */
export function byPlace(a: Place, b: Place): number {
  if (a.pack !== b.pack) return a.pack < b.pack ? -1 : 1;
  return a.offset - b.offset || a.length - b.length;
}

/** At most what reading `place` adds to the reads of a window, if `before` is read in it too. */
export function readCost(place: Place, before: Place | undefined): number {
  const follows = before?.pack === place.pack && before.offset + before.length === place.offset;
  return follows ? place.length : place.length + GAP_BYTES;
}

interface Part {
  readonly place: Place;
  readonly content: Buffer | Failure;
}

/** What was read of packs, and where to find a place in it. */
export class Ranges {
  readonly #packs = new Map<string, Part[]>();

  constructor(parts: readonly Part[]) {
    for (const part of parts) {
      const same = this.#packs.get(part.place.pack);
      if (same === undefined) this.#packs.set(part.place.pack, [part]);
      else same.push(part);
    }
  }

  /** The bytes of `place`, or why they could not be read; undefined if nobody tried. */
  find(place: Place): Buffer | Failure | undefined {
    const part = this.#packs.get(place.pack)?.find(({ place: read }) => contains(read, place));
    if (part === undefined || typeof part.content === 'string') return part?.content;
    const start = place.offset - part.place.offset;
    return part.content.subarray(start, start + place.length);
  }
}

function contains(read: Place, place: Place): boolean {
  return read.offset <= place.offset && place.offset + place.length <= read.offset + read.length;
}
