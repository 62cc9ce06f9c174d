import type { Effort, EncodedChunk } from '../format/codec.ts';
import type { Coder } from './coder.ts';
import { looksRandom, SAMPLED_MIN } from './push-raw.ts';

/** Content of a push that is compressed thoroughly, in bytes: a small push is stored for good, a large one must not take long. */
const THOROUGH_BYTES = 8 * 1024 * 1024;

/**
 * After so many chunks that cannot be made smaller, of the small ones, too small for a sample, only one in so many is tried: of a
 * folder of images one in eight, of a hundred of them fewer.
 */
const RAW_RUN = 64;
const RAW_TRY_EVERY = 8;
const LONG_RAW_RUN = 1024;
const LONG_RAW_TRY_EVERY = 64;

/** Codes the chunks of a push that get no base, and learns from each whether the next is worth it. */
export class PlainCoder {
  readonly #coder: Coder;
  /** Bytes that were stored without a base. */
  #bytes = 0;
  /** Chunks, the last ones, that could not be made smaller. */
  #rawRun = 0;

  constructor(coder: Coder) {
    this.#coder = coder;
  }

  /** Several may be under way. */
  async encode(data: Buffer): Promise<EncodedChunk> {
    const effort = this.#effortFor(data);
    return effort === undefined ? raw(data) : this.#learn(await this.#coder.encode(data, effort));
  }

  /** In this thread, at once: for what is small. */
  encodeNow(data: Buffer): EncodedChunk {
    const effort = this.#effortFor(data);
    return effort === undefined ? raw(data) : this.#learn(this.#coder.encodeNow(data, effort));
  }

  /** Undefined for what is stored as it is, untried. */
  #effortFor(data: Buffer): Effort | undefined {
    this.#bytes += data.length;
    const effort = this.#bytes > THOROUGH_BYTES ? 'fast' : 'thorough';
    if (this.#rawRun === 0 || !this.#looksRaw(data, effort)) return effort;
    this.#rawRun++;
    return undefined;
  }

  #learn(encoded: EncodedChunk): EncodedChunk {
    this.#rawRun = encoded.kind === 0 ? this.#rawRun + 1 : 0;
    return encoded;
  }

  /** Images, recordings and archives go on as they began, and trying to make each of their chunks smaller costs as much as a hash. */
  #looksRaw(data: Buffer, effort: Effort): boolean {
    if (data.length >= SAMPLED_MIN) return effort === 'fast' && looksRandom(data);
    const every = this.#rawRun < LONG_RAW_RUN ? RAW_TRY_EVERY : LONG_RAW_TRY_EVERY;
    return this.#rawRun >= RAW_RUN && this.#rawRun % every !== 0;
  }
}

const raw = (bytes: Buffer): EncodedChunk => ({ kind: 0, bytes });
