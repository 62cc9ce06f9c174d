/** Builds a pack in memory. */
import { createHash, randomBytes } from 'node:crypto';
import { copyBytes } from '../copy-bytes.ts';
import type { ChunkKind, EncodedChunk } from './codec.ts';
import { isHash } from './keys.ts';
import { PACK_MAX, RECIPE_MAX } from './limits.ts';
import type { FinishedPack } from './pack.ts';
import {
  IS_OBJECT,
  PACK_ROW_BYTES,
  PACK_TRAILER_BYTES,
  type RECIPE,
  type RECIPE_PART,
} from './pack-layout.ts';
import { chunkFault } from './recipe-layout.ts';
import { SIGNATURE_BYTES, sha256, signature, unwritable } from './signature.ts';

export const SLAB_BYTES = 1024 * 1024;

/** Bytes are hashed while they are still in the processor's cache: twice as fast as later, from memory. */
const HASH_BYTES = 128 * 1024;

/** Where a pack's memory comes from: buffers of `SLAB_BYTES`, with an ArrayBuffer of their own. */
export type TakeSlab = () => Buffer;

/** The pack's table grows from so many rows on, to twice as many each time. */
const ROWS = 1024;

const newSlab: TakeSlab = () => Buffer.allocUnsafeSlow(SLAB_BYTES);

/** What a row of the pack's table says beside the length; of a recipe the last two are 0. */
interface Row {
  readonly kind: ChunkKind | typeof RECIPE | typeof RECIPE_PART;
  readonly hash: string;
  readonly rawLength: number;
  readonly isObject: boolean;
}

/** Collects one pack. What is added is copied, so it keeps no reader's buffer alive. */
export class PackBuilder {
  readonly #repository: string;
  readonly #hash = createHash('sha256');
  readonly #slabs: Buffer[] = [];
  /** The pack's table; of the records themselves, of which there may be a hundred thousand, nothing else is kept. */
  #rows = Buffer.alloc(ROWS * PACK_ROW_BYTES);
  #count = 0;
  readonly #takeSlab: TakeSlab;
  #slab: Buffer | undefined;
  #used = 0;
  /** Bytes of the slab that are in the hash. */
  #hashed = 0;
  /** Bytes of the file so far. */
  #offset = 0;

  /** `repository` is the id of the git remote that this is pushed for (`repositoryFile`). */
  constructor(repository: string, takeSlab = newSlab) {
    if (!isHash(repository)) throw unwritable('a pack', 'the repository has no id');
    this.#repository = repository;
    this.#takeSlab = takeSlab;
    this.#append(signature('lodepak'));
  }

  /** Bytes of the file if it were finished now. */
  get size(): number {
    return this.#offset + this.#count * PACK_ROW_BYTES + PACK_TRAILER_BYTES;
  }

  /** Things added so far. */
  get count(): number {
    return this.#count;
  }

  /** True if something of `length` stored bytes can still be added under `PACK_MAX`. */
  fits(length: number): boolean {
    return this.size + length + PACK_ROW_BYTES <= PACK_MAX;
  }

  /** Adds a stored chunk and gives its offset. `isObject`: it is a whole object, of kind 0 or 1, and gets no recipe. */
  addChunk(
    { hash, rawLength, isObject }: { hash: string; rawLength: number; isObject: boolean },
    { kind, bytes }: EncodedChunk,
  ): number {
    const { length } = bytes;
    const fault = chunkFault({ kind, rawLength, length });
    if (fault !== undefined) throw unwritable('a pack', fault);
    if (isObject && kind === 2) throw unwritable('a pack', 'an object with a base needs a recipe');
    return this.#add({ kind, hash, rawLength, isObject }, bytes);
  }

  /** Adds what `encodeRecipe` or `encodeRecipePart` gave and gives its offset. */
  addRecipe(kind: typeof RECIPE | typeof RECIPE_PART, oid: string, bytes: Buffer): number {
    if (bytes.length > RECIPE_MAX) throw unwritable('a pack', 'a recipe is too long');
    return this.#add({ kind, hash: oid, rawLength: 0, isObject: false }, bytes);
  }

  /** The finished file, with fresh random bytes: the same contents never make the same pack twice. Call it once. */
  finish(): FinishedPack {
    if (this.#count === 0) throw unwritable('a pack', 'it is empty');
    const { size } = this;
    const table = this.#rows.subarray(0, this.#count * PACK_ROW_BYTES);
    const trailer = encodeTrailer(this.#offset, table, this.#repository);
    this.#append(table);
    this.#append(trailer);
    this.#closeSlab();
    return { name: this.#hash.digest('hex'), size, parts: this.#slabs };
  }

  #add({ kind, hash, rawLength, isObject }: Row, bytes: Buffer): number {
    if (!isHash(hash)) throw unwritable('a pack', 'a name is no SHA-256');
    if (!this.fits(bytes.length)) throw unwritable('a pack', 'it is full');
    const at = this.#count++ * PACK_ROW_BYTES;
    if (at === this.#rows.length) this.#rows = Buffer.concat([this.#rows], 2 * at);
    const rows = this.#rows;
    rows.write(hash, at, 'hex');
    rows.writeUInt8(kind, at + 32);
    rows.writeUIntBE(bytes.length, at + 33, 3);
    rows.writeUInt8(isObject ? IS_OBJECT : 0, at + 36);
    rows.writeUIntBE(rawLength, at + 37, 3);
    const offset = this.#offset;
    this.#append(bytes);
    return offset;
  }

  #append(bytes: Buffer): void {
    for (let at = 0; at < bytes.length; ) {
      if (this.#used === SLAB_BYTES) this.#closeSlab();
      this.#slab ??= this.#takeSlab();
      const end = Math.min(bytes.length, at + HASH_BYTES, at + SLAB_BYTES - this.#used);
      const copied = copyBytes(bytes.subarray(at, end), this.#slab, this.#used);
      this.#used += copied;
      at += copied;
      if (this.#used - this.#hashed >= HASH_BYTES) this.#hashSlab();
    }
    this.#offset += bytes.length;
  }

  #closeSlab(): void {
    if (this.#slab === undefined) return;
    this.#hashSlab();
    this.#slabs.push(this.#slab.subarray(0, this.#used));
    this.#slab = undefined;
    this.#used = 0;
    this.#hashed = 0;
  }

  #hashSlab(): void {
    this.#hash.update(this.#slab!.subarray(this.#hashed, this.#used));
    this.#hashed = this.#used;
  }
}

function encodeTrailer(tableOffset: number, table: Buffer, repository: string): Buffer {
  const trailer = Buffer.alloc(PACK_TRAILER_BYTES);
  trailer.writeUInt32BE(tableOffset, 0);
  trailer.writeUInt32BE(table.length, 4);
  sha256(table).copy(trailer, 8);
  randomBytes(16).copy(trailer, 40);
  trailer.write(repository, 56, 'hex');
  signature('lodepak').copy(trailer, PACK_TRAILER_BYTES - SIGNATURE_BYTES);
  return trailer;
}
