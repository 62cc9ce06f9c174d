/** A stored chunk: raw, a zstd frame, or a zstd frame whose dictionary is exactly one other chunk, its base. */
import { LodeError } from '../errors.ts';
import { CHUNK_MAX } from './limits.ts';
import { invalid, unwritable } from './signature.ts';
import type { Zstd } from './zstd.ts';
import { isOneFrame } from './zstd-frame.ts';
import { nativeZstd } from './zstd-native.ts';

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

  /** Stores a chunk of 1 to `CHUNK_MAX` bytes; kind 2 only with a base, and only where `keepsDelta` says so. */
  encode(data: Buffer, base?: Base, effort?: Effort): EncodedChunk;

  /** `data` as a frame whose dictionary is `base`, whether or not that pays; undefined if `base` cannot be one. */
  delta(data: Buffer, base: Buffer, effort?: Effort): Buffer | undefined;

  /**
   * The plain bytes, exactly `rawLength`; `base` is the plain base of kind 2. Throws FORMAT_INVALID for anything else.
   * The caller checks the chunk's SHA-256: a wrong base yields wrong bytes, not an error.
   */
  decode(kind: ChunkKind, bytes: Buffer, rawLength: number, base?: Buffer): Buffer;
}

/** What compression may cost; to read, all is alike. */
export type Effort = 'fast' | 'thorough';

/**
 * Level 1 is the fastest, and packs as well as 3 where there is no dictionary; with one it is bad. Thorough: 10 to 20 % less for a
 * chunk and 10 to 50 % less for a delta, at a quarter of the speed (some 40 and 100 MB/s).
 */
const PLAIN_LEVEL = { fast: 1, thorough: 6 };
const DELTA_LEVEL = { fast: 3, thorough: 8 };

/** zstd pays if it takes two in a hundred away: a raw chunk costs nothing to read. */
const PAYS = 0.98;

/** Node's own zstd where it does what it should, else the WASM build of the same library, loaded now (14 ms). */
export async function loadCodec(): Promise<Codec> {
  return codecWith(nativeZstd() ?? (await import('./zstd-wasm.ts').then(({ wasmZstd }) => wasmZstd())));
}

/**
 * The codec whose fast deltas are the fastest: the WASM build keeps its context, which Node's own makes anew for each chunk, and is
 * three times as fast. For everything else Node's own is the faster one.
 */
export async function loadFastDeltaCodec(): Promise<Codec> {
  fastDelta ??= import('./zstd-wasm.ts').then(async ({ wasmZstd }) => codecWith(await wasmZstd()));
  return fastDelta;
}

let fastDelta: Promise<Codec> | undefined;

/** The codec over one engine. */
export function codecWith(zstd: Zstd): Codec {
  return {
    engine: zstd.engine,
    encode: (data, base, effort = 'fast') => encode(zstd, data, base, effort),
    delta: (data, base, effort = 'fast') => delta(zstd, data, base, effort),
    decode: (kind, bytes, rawLength, base) => decode(zstd, kind, bytes, rawLength, base),
  };
}

/** The rent of a base may come to this share of its price: whoever reads one version downloads base and delta. */
const RENT = 0.6;

/**
 * Rent or buy: true while a delta of this many bytes is worth storing. A new full chunk is bought once the deltas
 * against the old one, growing evenly with its age, have cost a good part of what it did.
 */
export function keepsDelta(deltaLength: number, base: { storedLength: number; age: number }): boolean {
  return (deltaLength * (base.age + 1)) / 2 <= base.storedLength * RENT;
}

/** A dictionary that is shorter is ignored by zstd. */
const BASE_MIN = 8;
/** Content that starts like this is parsed as a dictionary file with tables, whatever it is. */
const DICTIONARY_MAGIC = 0xec30a437;

/** True if zstd takes these bytes as a raw-content dictionary. */
export function canBeBase(data: Buffer): boolean {
  return data.length >= BASE_MIN && data.length <= CHUNK_MAX && data.readUInt32LE(0) !== DICTIONARY_MAGIC;
}

function delta(zstd: Zstd, data: Buffer, base: Buffer, effort: Effort): Buffer | undefined {
  return canBeBase(base) ? zstd.compress(data, DELTA_LEVEL[effort], base) : undefined;
}

function encode(zstd: Zstd, data: Buffer, base: Base | undefined, effort: Effort): EncodedChunk {
  if (data.length < 1 || data.length > CHUNK_MAX) throw unwritable('a chunk', `it has ${data.length} bytes`);
  const bytes = base && delta(zstd, data, base.data, effort);
  if (base !== undefined && bytes !== undefined) {
    if (bytes.length < data.length * PAYS && keepsDelta(bytes.length, base)) return { kind: 2, bytes };
  }
  const frame = zstd.compress(data, PLAIN_LEVEL[effort]);
  return frame.length < data.length * PAYS ? { kind: 1, bytes: frame } : { kind: 0, bytes: data };
}

function decode(zstd: Zstd, kind: ChunkKind, bytes: Buffer, rawLength: number, base?: Buffer): Buffer {
  if (rawLength < 1 || rawLength > CHUNK_MAX) throw damaged('no chunk has that length');
  if (kind === 0) {
    if (bytes.length !== rawLength) throw damaged('it is not as long as it should be');
    return bytes;
  }
  if (kind === 2 && base === undefined) throw new LodeError('INTERNAL', 'a chunk of kind 2 needs its base');
  if (kind === 2 && !canBeBase(base!)) throw damaged('its base cannot be one');
  if (!isOneFrame(bytes, rawLength)) throw damaged('it is not one zstd frame of the right length');
  const data = decompress(zstd, bytes, rawLength, kind === 2 ? base : undefined);
  if (data.length !== rawLength) throw damaged('it is not as long as it says');
  return data;
}

function decompress(zstd: Zstd, bytes: Buffer, rawLength: number, base: Buffer | undefined): Buffer {
  try {
    return zstd.decompress(bytes, rawLength, base);
  } catch (error) {
    throw damaged('zstd cannot read it', error);
  }
}

function damaged(why: string, cause?: unknown): LodeError {
  return invalid('stored chunk', why, cause);
}
