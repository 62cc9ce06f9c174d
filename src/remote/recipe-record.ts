import fs from 'node:fs';
import { unless } from '../errors.ts';
import { RECIPE_MAX } from '../format/limits.ts';
import { RECIPE, RECIPE_PART } from '../format/pack.ts';
import type { Place } from '../format/recipe.ts';

/*
 * A file of the recipe cache is a sequence of records, numbers big-endian: pack (32 bytes), offset (4), length (4), kind (4),
 * and `length` bytes of recipe, which holds its own checksum.
 */
const HEAD_BYTES = 44;

export type RecipeKind = typeof RECIPE | typeof RECIPE_PART;

/** A recipe, or a part of one, and where it is on the remote. */
export interface CachedRecipe {
  readonly kind: RecipeKind;
  readonly place: Place;
}

/** Where a record is, head included; in bytes. */
export interface RecordPlace {
  readonly file: string;
  readonly offset: number;
  readonly length: number;
}

export function encodeRecord({ kind, place }: CachedRecipe, bytes: Buffer): Buffer {
  const head = Buffer.alloc(HEAD_BYTES);
  head.write(place.pack, 0, 32, 'hex');
  head.writeUInt32BE(place.offset, 32);
  head.writeUInt32BE(place.length, 36);
  head.writeUInt32BE(kind, 40);
  return Buffer.concat([head, bytes]);
}

/** The recipe in a record. */
export function recipeIn(record: Buffer): Buffer {
  return record.subarray(HEAD_BYTES);
}

/** The record's bytes, or undefined if the file has gone or become shorter. */
export function readRecord({ file, offset, length }: RecordPlace): Buffer | undefined {
  const fd = unless(['ENOENT'], () => fs.openSync(file, 'r'));
  if (fd === undefined) return undefined;
  try {
    return readAt(fd, offset, length);
  } finally {
    fs.closeSync(fd);
  }
}

/** The records of a file by their heads alone, up to the first that is not one. */
export function* scanRecords(file: string): Generator<CachedRecipe & { readonly record: RecordPlace }> {
  const fd = unless(['ENOENT'], () => fs.openSync(file, 'r'));
  if (fd === undefined) return;
  try {
    const { size } = fs.fstatSync(fd);
    for (let offset = 0; offset < size; ) {
      const head = decodeHead(readAt(fd, offset, HEAD_BYTES));
      if (head === undefined) return;
      const length = HEAD_BYTES + head.place.length;
      yield { ...head, record: { file, offset, length } };
      offset += length;
    }
  } finally {
    fs.closeSync(fd);
  }
}

function decodeHead(bytes: Buffer | undefined): CachedRecipe | undefined {
  if (bytes === undefined) return undefined;
  const kind = bytes.readUInt32BE(40);
  const place = {
    pack: bytes.toString('hex', 0, 32),
    offset: bytes.readUInt32BE(32),
    length: bytes.readUInt32BE(36),
  };
  if ((kind !== RECIPE && kind !== RECIPE_PART) || place.length > RECIPE_MAX) return undefined;
  return { kind, place };
}

function readAt(fd: number, offset: number, length: number): Buffer | undefined {
  const bytes = Buffer.allocUnsafe(length);
  return fs.readSync(fd, bytes, 0, length, offset) === length ? bytes : undefined;
}
