import { BufferCollector } from '../buffer-collector.ts';
import type { StoredChunk } from '../format/recipe.ts';
import type { ChunkDecoder } from './coder.ts';
import type { Piece } from './fetch-pieces.ts';
import type { LocalChunks } from './local-chunks.ts';
import type { PackReader } from './pack-reader.ts';
import type { Failure, Ranges } from './ranges.ts';

/** Turns pieces into the bytes of their chunks. */
export class Decoder {
  readonly #coder: ChunkDecoder;
  readonly #local: LocalChunks;
  readonly #reader: PackReader;
  readonly #hashed: boolean;
  readonly #collector = new BufferCollector();
  /** Neighbouring chunks are often coded against one base. */
  #lastBase: { readonly hash: string; readonly bytes: Promise<Buffer | Failure> } | undefined;

  /**
   * `hashed`: whoever takes the bytes hashes each object as a whole and relies on nothing before; else each chunk is checked against its
   * own hash. To do both would nearly double what a fetch costs, and what a wrong chunk spoils is the same object.
   */
  constructor(coder: ChunkDecoder, local: LocalChunks, reader: PackReader, hashed: boolean) {
    this.#coder = coder;
    this.#local = local;
    this.#reader = reader;
    this.#hashed = hashed;
  }

  /** The chunk's plain bytes, or why they cannot be had. `ranges` are the reads of the piece's window. */
  async decode(piece: Piece, ranges: Ranges): Promise<Buffer | Failure> {
    const { chunk, baseHere } = piece;
    const here = this.#here(piece);
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
    return this.#plain(chunk, ranges, !this.#hashed, base);
  }

  #here({ job, chunk, offset, chunkHere, inPartial }: Piece): Buffer | undefined {
    const left = inPartial ? job.partial?.read(chunk, offset) : undefined;
    return left ?? (chunkHere ? this.#local.read(chunk.hash) : undefined);
  }

  #base(base: StoredChunk, baseHere: boolean, ranges: Ranges): Promise<Buffer | Failure> {
    if (this.#lastBase?.hash !== base.hash)
      this.#lastBase = { hash: base.hash, bytes: this.#readBase(base, baseHere, ranges) };
    return this.#lastBase.bytes;
  }

  async #readBase(base: StoredChunk, baseHere: boolean, ranges: Ranges): Promise<Buffer | Failure> {
    const here = baseHere ? this.#local.read(base.hash) : undefined;
    const bytes = here ?? (await this.#plain(base, ranges, true));
    // What has failed may be had from another place.
    if (typeof bytes === 'string' && this.#lastBase?.hash === base.hash) this.#lastBase = undefined;
    // A raw chunk is a view of the window's buffer, which will hold something else by the time of the next look.
    return base.kind === 0 && typeof bytes !== 'string' ? Buffer.from(bytes) : bytes;
  }

  async #plain(chunk: StoredChunk, ranges: Ranges, check: boolean, base?: Buffer): Promise<Buffer | Failure> {
    // Not in the window's reads: it was expected in the local store, and is not there any more.
    const stored = ranges.find(chunk.place) ?? (await this.#reader.read(chunk.place));
    if (typeof stored === 'string') return stored;
    const { kind, rawLength } = chunk;
    const hash = check ? chunk.hash : undefined;
    const plain = await this.#coder.decode({ kind, data: stored, rawLength, hash }, base);
    if (kind !== 0) this.#collector.after(rawLength);
    return plain ?? 'corrupt';
  }
}
