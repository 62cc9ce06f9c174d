import { BufferCollector } from '../buffer-collector.ts';
import { isLodeError } from '../errors.ts';
import type { Codec } from '../format/codec.ts';
import type { StoredChunk } from '../format/recipe.ts';
import { sha256 } from '../store/sha256.ts';
import type { Piece } from './fetch-pieces.ts';
import type { LocalChunks } from './local-chunks.ts';
import type { PackReader } from './pack-reader.ts';
import type { Failure, Ranges } from './ranges.ts';

/** Turns pieces into the bytes of their chunks, each checked against its hash. */
export class Decoder {
  readonly #codec: Codec;
  readonly #local: LocalChunks;
  readonly #reader: PackReader;
  readonly #hashed: boolean;
  readonly #collector = new BufferCollector();
  /** Neighbouring chunks are often coded against one base. */
  #lastBase: { readonly hash: string; readonly bytes: Buffer } | undefined;

  /** `hashed`: whoever takes the bytes hashes each object as a whole, which for one that is a single chunk is the chunk's check. */
  constructor(codec: Codec, local: LocalChunks, reader: PackReader, hashed: boolean) {
    this.#codec = codec;
    this.#local = local;
    this.#reader = reader;
    this.#hashed = hashed;
  }

  /** The chunk's plain bytes, or why they cannot be had. `ranges` are the reads of the piece's window. */
  async decode({ job, chunk, chunkHere, baseHere }: Piece, ranges: Ranges): Promise<Buffer | Failure> {
    const here = chunkHere ? this.#local.read(chunk.hash) : undefined;
    if (here !== undefined) {
      this.#collector.after(here.length);
      return here;
    }
    let base: Buffer | undefined;
    if (chunk.base !== undefined) {
      const found = await this.#base(chunk.base, baseHere, ranges);
      if (typeof found === 'string') return found;
      base = found;
    }
    return this.#plain(chunk, ranges, !this.#hashed || chunk.hash !== job.wanted.oid, base);
  }

  async #base(base: StoredChunk, baseHere: boolean, ranges: Ranges): Promise<Buffer | Failure> {
    if (this.#lastBase?.hash === base.hash) return this.#lastBase.bytes;
    const here = baseHere ? this.#local.read(base.hash) : undefined;
    const bytes = here ?? (await this.#plain(base, ranges, true));
    if (typeof bytes === 'string') return bytes;
    // A raw chunk is a view of the window's buffer, which will hold something else by the time of the next look.
    this.#lastBase = { hash: base.hash, bytes: base.kind === 0 ? Buffer.from(bytes) : bytes };
    return bytes;
  }

  async #plain(chunk: StoredChunk, ranges: Ranges, check: boolean, base?: Buffer): Promise<Buffer | Failure> {
    // Not in the window's reads: it was expected in the local store, and is not there any more.
    const stored = ranges.find(chunk.place) ?? (await this.#reader.read(chunk.place));
    if (typeof stored === 'string') return stored;
    try {
      const plain = this.#codec.decode(chunk.kind, stored, chunk.rawLength, base);
      if (chunk.kind !== 0) this.#collector.after(plain.length);
      return check && sha256(plain) !== chunk.hash ? 'corrupt' : plain;
    } catch (error) {
      if (isLodeError(error, 'FORMAT_INVALID')) return 'corrupt';
      throw error;
    }
  }
}
