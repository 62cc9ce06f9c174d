import type { Pointer } from '../pointer.ts';
import type { PlacedChunk } from './push-entry.ts';

/** Forty gigabytes of content; what lies beyond in an old version is no base for anything. */
const MAX_CHUNKS = 300_000;

/** A chunk of an old version, and where it begins in it. */
export interface OldChunk {
  readonly chunk: PlacedChunk;
  readonly offset: number;
}

/** What the remote has of an object that another was made from: its chunks in order, perhaps not all. */
export interface OldVersion {
  readonly oid: string;
  readonly chunks: readonly OldChunk[];
}

/** The versions that objects of this push were made from, from the time they are known until the last one that needs them is stored. */
export class OldVersions {
  readonly #origins: ReadonlyMap<string, readonly Pointer[]>;
  /** Objects that are still to be made from each version. */
  readonly #uses = new Map<string, number>();
  readonly #versions = new Map<string, OldChunk[]>();
  #held = 0;

  /** `origins`: what each object was made from, by its oid, the likeliest first. */
  constructor(origins: ReadonlyMap<string, readonly Pointer[]>) {
    this.#origins = origins;
    for (const pointers of origins.values())
      for (const { oid } of pointers) this.#uses.set(oid, (this.#uses.get(oid) ?? 0) + 1);
  }

  /** Takes a chunk of an object, in their order. */
  add(oid: string, chunk: PlacedChunk, offset: number): void {
    if (!this.#uses.has(oid) || this.#held >= MAX_CHUNKS) return;
    const known = this.#versions.get(oid) ?? [];
    const last = known.at(-1);
    // From a second recipe of the same object, after a first one that led to nothing.
    if (last !== undefined && offset <= last.offset) this.#held -= known.splice(0).length;
    known.push({ chunk, offset });
    this.#versions.set(oid, known);
    this.#held++;
  }

  /** True if objects that are still to be stored were made from this one. */
  isOrigin(oid: string): boolean {
    return this.#uses.has(oid);
  }

  /** True if an object was made from others, whatever is known of them. */
  isMade(oid: string): boolean {
    return (this.#origins.get(oid)?.length ?? 0) > 0;
  }

  /** What is known of the versions that an object was made from. */
  of(oid: string): OldVersion[] {
    const origins = this.#origins.get(oid) ?? [];
    return origins.flatMap((origin) => {
      const chunks = this.#versions.get(origin.oid);
      return chunks === undefined || origin.oid === oid ? [] : [{ oid: origin.oid, chunks }];
    });
  }

  /** The object is stored: what only it was made from is forgotten. */
  done(oid: string): void {
    for (const origin of this.#origins.get(oid) ?? []) {
      const uses = (this.#uses.get(origin.oid) ?? 0) - 1;
      if (uses > 0) {
        this.#uses.set(origin.oid, uses);
        continue;
      }
      this.#uses.delete(origin.oid);
      this.#held -= this.#versions.get(origin.oid)?.length ?? 0;
      this.#versions.delete(origin.oid);
    }
  }
}
