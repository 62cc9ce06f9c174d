/** A stored chunk: raw, a zstd frame, or a zstd frame whose dictionary is exactly one other chunk, its base. */
import { LodeError } from '../errors.ts';

/** 0: the bytes themselves; 1: one zstd frame; 2: one zstd frame with a base of kind 0 or 1 as raw-content dictionary. */
export type ChunkKind = 0 | 1 | 2;

export interface EncodedChunk {
  readonly kind: ChunkKind;
  /** Never longer than the chunk. Kind 0: the very buffer that was given. */
  readonly bytes: Buffer;
}

/** A stored chunk of kind 0 or 1 that another may be coded against. */
export interface Base {
  /** Its plain bytes. */
  readonly data: Buffer;
  /** Bytes that it takes in its pack. */
  readonly storedLength: number;
  /** Versions since it was stored, 1 for the next version's chunk; at most 255. */
  readonly age: number;
}

export interface Codec {
  readonly engine: 'native' | 'wasm';

  /** Stores a chunk of 1 to `CHUNK_MAX` bytes as small as it gets; kind 2 only with a base, and only where `keepsDelta` says so. */
  encode(data: Buffer, base?: Base): EncodedChunk;

  /**
   * The plain bytes, exactly `rawLength`; `base` is the plain base of kind 2. Throws FORMAT_INVALID for anything else.
   * The caller checks the chunk's SHA-256: a wrong base yields wrong bytes, not an error.
   */
  decode(kind: ChunkKind, bytes: Buffer, rawLength: number, base?: Buffer): Buffer;
}

/** Node's own zstd where it does what it should, else the WASM build of the same library, loaded now (14 ms). */
export async function loadCodec(): Promise<Codec> {
  throw new LodeError('INTERNAL', 'not written');
}

/**
 * Rent or buy: true while a delta of this many bytes is worth storing. A new full chunk is bought once the deltas
 * against the old one, growing evenly with its age, have cost as much as it did.
 */
export function keepsDelta(deltaLength: number, base: { storedLength: number; age: number }): boolean {
  return deltaLength < base.storedLength * 0.8 && (deltaLength * (base.age + 1)) / 2 <= base.storedLength;
}

/** True if zstd takes these bytes as a raw-content dictionary: neither too short nor the start of a dictionary file. */
export function canBeBase(_data: Buffer): boolean {
  throw new LodeError('INTERNAL', 'not written');
}
