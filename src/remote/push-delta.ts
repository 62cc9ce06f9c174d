import { type Effort, type EncodedChunk, keepsDelta } from '../format/codec.ts';
import type { Coder } from './coder.ts';
import { Candidates } from './push-delta-candidates.ts';
import { BaseContent, type BaseSources, type Origin } from './push-delta-content.ts';
import type { OldChunk, OldVersions } from './push-delta-versions.ts';
import type { PackSlot, PlacedBase, PlacedChunk } from './push-entry.ts';

/** A delta under this share of what the chunk would take without a base is good: no other candidate is tried. */
const GOOD = 0.3;
/** A delta under this share of the chunk itself is the base's doing; of a larger one, the chunk's own repetitions may be. */
const CLEAR = 0.05;
/** A delta must be under this share of what the chunk takes without a base: it costs a reader a second chunk. */
const WORTH = 0.8;
/** Candidates that are tried on for one chunk. */
const TRIES_MAX = 4;
const AGE_MAX = 255;
/** Content of an object that may be tried on thoroughly, in bytes: a day's table takes no more, and a huge file no longer than it should. */
const THOROUGH_BYTES = 16 * 1024 * 1024;

export interface Delta {
  readonly stored: EncodedChunk;
  readonly base: PlacedBase;
}

export interface DeltasContext extends BaseSources {
  readonly versions: OldVersions;
  /** True for a pack that nothing new may rely on. */
  readonly condemned: (pack: string) => boolean;
}

/** Codes the chunks of objects that were made from others against chunks of those. One object after the other. */
export class Deltas {
  readonly versions: OldVersions;
  readonly #context: DeltasContext;
  readonly #content: BaseContent;

  constructor(context: DeltasContext) {
    this.#context = context;
    this.versions = context.versions;
    this.#content = new BaseContent(context);
  }

  /** Undefined for an object that was made from nothing that is known. */
  of(oid: string): ObjectDeltas | undefined {
    const versions = this.versions.of(oid);
    if (versions.length === 0) return undefined;
    this.#content.begin(versions);
    const candidates = versions.map((version) => new Candidates(version, this.#content.object(version.oid)));
    return new ObjectDeltas(this.#context.coder, this.#content, candidates, ({ name }) =>
      name === undefined ? false : this.#context.condemned(name),
    );
  }

  close(): void {
    this.#content.close();
  }
}

/** The bases for the chunks of one object, which are told in their order, by `delta` or by `passed`. */
export class ObjectDeltas {
  readonly #coder: Coder;
  readonly #content: BaseContent;
  readonly #candidates: readonly Candidates[];
  readonly #condemned: (slot: PackSlot) => boolean;
  #tried = 0;

  constructor(
    coder: Coder,
    content: BaseContent,
    candidates: readonly Candidates[],
    condemned: (slot: PackSlot) => boolean,
  ) {
    this.#coder = coder;
    this.#content = content;
    this.#candidates = candidates;
    this.#condemned = condemned;
  }

  /** A chunk that the remote has already. */
  passed(hash: string): void {
    for (const candidates of this.#candidates) candidates.passed(hash);
  }

  /** The chunk coded against the first base that does well, else against the best; undefined if none is worth it. */
  async delta(data: Buffer): Promise<Delta | undefined> {
    const plain = new PlainLength(this.#coder, data);
    let best: { readonly bytes: Buffer; readonly base: PlacedBase; readonly old: OldChunk } | undefined;
    for (const { old, base, origin } of this.#tries(data)) {
      const content = await this.#content.read(base, origin);
      const bytes = content && (await this.#coder.delta(data, content, this.#effort(data.length)));
      if (bytes === undefined) continue;
      if (best === undefined || bytes.length < best.bytes.length) best = { bytes, base, old };
      if (bytes.length < GOOD * (await plain.beside(bytes.length, base))) break;
    }
    if (best === undefined) return undefined;
    const { bytes, base, old } = best;
    if (bytes.length >= WORTH * (await plain.beside(bytes.length, base))) return undefined;
    this.passed(old.chunk.hash);
    if (!keepsDelta(bytes.length, { storedLength: base.spot.length, age: base.age })) return undefined;
    return { stored: { kind: 2, bytes }, base };
  }

  #effort(bytes: number): Effort {
    this.#tried += bytes;
    return this.#tried > THOROUGH_BYTES ? 'fast' : 'thorough';
  }

  *#tries(data: Buffer): Generator<{ old: OldChunk; base: PlacedBase; origin: Origin | undefined }> {
    const tried = new Set<string>();
    for (const candidates of this.#candidates) {
      for (const old of candidates.of(data)) {
        const base = baseOf(old.chunk);
        if (tried.has(base.hash) || this.#condemned(base.spot.slot)) continue;
        if (tried.size === TRIES_MAX) return;
        tried.add(base.hash);
        const isBase = old.chunk.kind !== 2;
        yield { old, base, origin: isBase ? { oid: candidates.version.oid, offset: old.offset } : undefined };
      }
    }
  }
}

/** What a chunk of the next version may be coded against: an old chunk, or the old chunk's own base. */
export function baseOf({ base, ...chunk }: PlacedChunk): PlacedBase {
  if (base !== undefined) return { ...base, age: Math.min(base.age + 1, AGE_MAX) };
  return { ...chunk, kind: chunk.kind === 0 ? 0 : 1, age: 1 };
}

/** What a chunk takes without a base. */
class PlainLength {
  readonly #coder: Coder;
  readonly #data: Buffer;
  #length: number | undefined;

  constructor(coder: Coder, data: Buffer) {
    this.#coder = coder;
    this.#data = data;
  }

  /** Guessed from the base where a delta of `length` bytes is good beyond doubt, else found out. */
  async beside(length: number, { spot, rawLength }: PlacedBase): Promise<number> {
    const guess = (this.#data.length * spot.length) / rawLength;
    if (this.#length === undefined && length < CLEAR * this.#data.length && length < GOOD * guess)
      return guess;
    this.#length ??= (await this.#coder.encode(this.#data, 'fast')).bytes.length;
    return this.#length;
  }
}
