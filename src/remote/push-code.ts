import type { EncodedChunk } from '../format/codec.ts';
import { isSampled } from '../format/table.ts';
import type { Coder } from './coder.ts';
import type { ChunkIndex } from './push-chunks.ts';
import type { Chunk } from './push-cut.ts';
import type { Delta, Deltas, ObjectDeltas } from './push-delta.ts';
import type { PlacedChunk } from './push-entry.ts';
import { PlainCoder } from './push-plain.ts';
import type { PushObject } from './push-scope.ts';

/** Samples that lead to nothing, one after the other, before no more are looked up: each may ask every large table. */
const IN_VAIN_MAX = 8;

/** A chunk of one object. None is without: git-lode stores nothing empty. */
export interface CutChunk extends Chunk {
  readonly object: PushObject;
}

/** What is to be stored of a chunk. */
export interface CodedChunk extends CutChunk {
  /** The remote had it, when it was looked at. */
  readonly known: PlacedChunk | undefined;
  /** The chunk alone: there if it is a whole object, or no delta is worth it. */
  readonly plain: EncodedChunk | undefined;
  readonly delta: Delta | undefined;
}

export interface CodeStages {
  readonly coder: Coder;
  /** What codes the chunks that get no base, where others use it too. */
  readonly plain?: PlainCoder;
  readonly chunks: ChunkIndex;
  /** Learns what the remote knows to be near a chunk whose hash is a sample: adds to `chunks`. */
  readonly learnFrom?: (chunkHash: string) => Promise<void>;
  /** Without it nothing is coded against anything. */
  readonly deltas?: Deltas;
}

/**
 * Third stage: each chunk is found on the remote, or coded. Several chunks may be under way; those of an object that was made from
 * another take their turn, since which old chunk one was made from tells where to look for the next.
 */
export class ChunkCoder {
  readonly #stages: CodeStages;
  readonly #plain: PlainCoder;
  #turn: Promise<unknown> = Promise.resolve();
  #current: { readonly oid: string; readonly deltas: ObjectDeltas | undefined } | undefined;
  /** Samples that have led to nothing since one led to something. */
  #inVain = 0;

  constructor(stages: CodeStages) {
    this.#stages = stages;
    this.#plain = stages.plain ?? new PlainCoder(stages.coder);
  }

  /** The chunks of an object are told in their order, one object after the other. */
  code(chunk: CutChunk): Promise<CodedChunk> {
    if (this.#current?.oid !== chunk.object.oid) {
      const { oid } = chunk.object;
      this.#current = { oid, deltas: this.#stages.deltas?.of(oid) };
    }
    const { deltas } = this.#current;
    if (deltas === undefined) return this.#alone(chunk);
    const coded = this.#turn.then(() => this.#against(deltas, chunk));
    this.#turn = coded.catch(() => {});
    return coded;
  }

  async #alone(chunk: CutChunk): Promise<CodedChunk> {
    const known = this.#find(chunk) ?? (await this.#learn(chunk));
    const plain = known === undefined ? await this.#plain.encode(chunk.data) : undefined;
    return { ...chunk, known, plain, delta: undefined };
  }

  async #against(deltas: ObjectDeltas, chunk: CutChunk): Promise<CodedChunk> {
    const known = this.#find(chunk);
    if (known !== undefined) {
      deltas.passed(chunk.hash);
      return { ...chunk, known, plain: undefined, delta: undefined };
    }
    const isObject = chunk.hash === chunk.object.oid;
    const whole = isObject ? await this.#plain.encode(chunk.data) : undefined;
    const delta = await deltas.delta(chunk.data);
    const plain = whole ?? (delta === undefined ? await this.#plain.encode(chunk.data) : undefined);
    return { ...chunk, known, plain, delta };
  }

  /** Of an object that nobody here has seen a version of, one chunk in a thousand may lead to one on the remote. */
  async #learn(chunk: CutChunk): Promise<PlacedChunk | undefined> {
    const { learnFrom } = this.#stages;
    if (learnFrom === undefined || chunk.hash === chunk.object.oid || !isSampled(chunk.hash))
      return undefined;
    if (this.#inVain === IN_VAIN_MAX) return undefined;
    await learnFrom(chunk.hash);
    const known = this.#find(chunk);
    this.#inVain = known === undefined ? this.#inVain + 1 : 0;
    return known;
  }

  /** An object that is one chunk is asked for by its oid, long before: as a chunk it would need a recipe. */
  #find({ hash, data, object }: CutChunk): PlacedChunk | undefined {
    return hash === object.oid ? undefined : this.#stages.chunks.find(hash, data.length);
  }
}
