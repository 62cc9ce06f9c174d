import { createHash } from 'node:crypto';
import fs from 'node:fs';
import { unless } from '../errors.ts';
import { RECIPE_MAX } from '../format/limits.ts';
import { RECIPE, RECIPE_PART } from '../format/pack.ts';
import type { Place } from '../format/recipe.ts';

/*
 * A file of the recipe cache is a sequence of records, numbers big-endian:
 *
 *   pack (32), offset (4), length (4), kind (4), first 16 bytes of the SHA-256 of all else in the record, recipe (length)
 */
const HEAD_BYTES = 60;
const CHECK_AT = 44;

export type RecipeKind = typeof RECIPE | typeof RECIPE_PART;

export interface RecipeRecord {
  readonly kind: RecipeKind;
  readonly place: Place;
  readonly bytes: Buffer;
}

/** Where a record is, head included; in bytes. */
export interface RecordPlace {
  readonly file: string;
  readonly offset: number;
  readonly length: number;
}

export function encodeRecord({ kind, place, bytes }: RecipeRecord): Buffer {
  const record = Buffer.alloc(HEAD_BYTES + bytes.length);
  record.write(place.pack, 0, 32, 'hex');
  record.writeUInt32BE(place.offset, 32);
  record.writeUInt32BE(place.length, 36);
  record.writeUInt32BE(kind, 40);
  record.set(bytes, HEAD_BYTES);
  checkOf(record).copy(record, CHECK_AT);
  return record;
}

/** Undefined for a record that is not whole and as it was written. */
export function decodeRecord(record: Buffer | undefined): RecipeRecord | undefined {
  const head = record && decodeHead(record);
  if (record === undefined || head === undefined) return undefined;
  if (record.length !== HEAD_BYTES + head.place.length) return undefined;
  if (!checkOf(record).equals(record.subarray(CHECK_AT, HEAD_BYTES))) return undefined;
  return { ...head, bytes: record.subarray(HEAD_BYTES) };
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
export function* scanRecords(
  file: string,
): Generator<{ readonly kind: RecipeKind; readonly place: Place; readonly record: RecordPlace }> {
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

function decodeHead(bytes: Buffer | undefined): { kind: RecipeKind; place: Place } | undefined {
  if (bytes === undefined || bytes.length < HEAD_BYTES) return undefined;
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

function checkOf(record: Buffer): Buffer {
  const hash = createHash('sha256').update(record.subarray(0, CHECK_AT)).update(record.subarray(HEAD_BYTES));
  return hash.digest().subarray(0, HEAD_BYTES - CHECK_AT);
}
