/** Writes recipes: pack names and bases once each, then a row of fixed length for each chunk. */

import { writeSize } from './integers.ts';
import { isHash } from './keys.ts';
import { RECIPE_CHUNKS_MAX, RECIPE_PARTS_MAX } from './limits.ts';
import type { Recipe, RecipeBase, RecipeChunk, RecipePart, RecipeRun, StoredChunk } from './recipe.ts';
import {
  CHUNK_ROW_BYTES,
  chunkFault,
  NAME_BYTES,
  NO_BASE,
  PART_ROW_BYTES,
  partFault,
  placeFault,
  RECIPE_HEADER_BYTES,
  sumFault,
} from './recipe-layout.ts';
import { CHECKSUM_BYTES, checksum, signature, unwritable } from './signature.ts';

/** Throws INTERNAL for a recipe that `decodeRecipe` would refuse, too many chunks included. */
export function encodeRecipe({ oid, size, chunks, parts }: Recipe): Buffer {
  if ((chunks.length === 0) === (parts.length === 0))
    throw unwritable('a recipe', 'it needs either chunks or parts');
  return encode({ oid, size, start: 0, length: size }, chunks, parts);
}

/** One part of an object's recipe; `run.length` is the sum of the chunks' raw lengths. */
export function encodeRecipePart(run: RecipeRun, chunks: readonly RecipeChunk[]): Buffer {
  if (chunks.length === 0) throw unwritable('a recipe', 'a part needs chunks');
  if (run.start + run.length > run.size) throw unwritable('a recipe', 'a part goes beyond its object');
  return encode(run, chunks, []);
}

function encode(run: RecipeRun, chunks: readonly RecipeChunk[], parts: readonly RecipePart[]): Buffer {
  const packs = new Map<string, number>();
  const bases = new Map<string, { index: number; base: RecipeBase }>();
  for (const { place, base } of chunks) {
    number(packs, place.pack);
    if (base === undefined) continue;
    number(packs, base.place.pack);
    const key = baseKey(base);
    if (!bases.has(key)) bases.set(key, { index: bases.size, base });
  }
  for (const { place } of parts) number(packs, place.pack);
  checkRecipe(run, chunks, parts);

  const rows = RECIPE_HEADER_BYTES + packs.size * NAME_BYTES;
  const partRows = rows + (bases.size + chunks.length) * CHUNK_ROW_BYTES;
  const end = partRows + parts.length * PART_ROW_BYTES;
  const bytes = Buffer.alloc(end + CHECKSUM_BYTES);
  signature('loderec').copy(bytes);
  bytes.write(run.oid, 8, 'hex');
  writeSize(bytes, run.size, 40);
  writeSize(bytes, run.start, 48);
  writeSize(bytes, run.length, 56);
  bytes.writeUInt32BE(packs.size, 64);
  bytes.writeUInt32BE(bases.size, 68);
  bytes.writeUInt32BE(chunks.length, 72);
  bytes.writeUInt32BE(parts.length, 76);
  let at = RECIPE_HEADER_BYTES;
  for (const name of packs.keys()) at += bytes.write(name, at, 'hex');
  for (const { base } of bases.values()) at = writeRow(bytes, at, base, packs, base.age, NO_BASE);
  for (const chunk of chunks) {
    const base = chunk.base === undefined ? NO_BASE : bases.get(baseKey(chunk.base))!.index;
    at = writeRow(bytes, at, chunk, packs, 0, base);
  }
  for (const { place, rawLength } of parts) {
    bytes.writeUInt32BE(place.offset, at);
    bytes.writeUInt32BE(place.length, at + 4);
    bytes.writeUInt32BE(packs.get(place.pack)!, at + 8);
    writeSize(bytes, rawLength, at + 12);
    at += PART_ROW_BYTES;
  }
  checksum(bytes.subarray(0, end)).copy(bytes, end);
  return bytes;
}

function number(packs: Map<string, number>, pack: string): void {
  if (!packs.has(pack)) packs.set(pack, packs.size);
}

/** Two chunks share a base's row if the base is the same thing at the same place, equally old. */
function baseKey({ place, hash, age }: RecipeBase): string {
  return `${place.pack} ${place.offset} ${hash} ${age}`;
}

function writeRow(
  bytes: Buffer,
  at: number,
  { hash, rawLength, kind, place }: StoredChunk,
  packs: ReadonlyMap<string, number>,
  age: number,
  base: number,
): number {
  bytes.write(hash, at, 'hex');
  bytes.writeUInt32BE(place.offset, at + 32);
  bytes.writeUInt8(kind, at + 36);
  bytes.writeUIntBE(place.length, at + 37, 3);
  bytes.writeUInt8(age, at + 40);
  bytes.writeUIntBE(rawLength, at + 41, 3);
  bytes.writeUInt16BE(packs.get(place.pack)!, at + 44);
  bytes.writeUInt16BE(base, at + 46);
  return at + CHUNK_ROW_BYTES;
}

function checkRecipe(run: RecipeRun, chunks: readonly RecipeChunk[], parts: readonly RecipePart[]): void {
  if (chunks.length > RECIPE_CHUNKS_MAX) throw unwritable('a recipe', 'it has too many chunks for one');
  if (parts.length > RECIPE_PARTS_MAX) throw unwritable('a recipe', 'it has too many parts');
  const fault =
    sumFault(chunks.length > 0 ? chunks : parts, run.length) ??
    first(chunks, (chunk) => storedFault(chunk) ?? baseFault(chunk)) ??
    first(parts, ({ place }) => placeFault(place) ?? partFault(place) ?? nameFault(place.pack)) ??
    nameFault(run.oid);
  if (fault !== undefined) throw unwritable('a recipe', fault);
}

function storedFault({ hash, kind, rawLength, place }: StoredChunk): string | undefined {
  return (
    chunkFault({ kind, rawLength, length: place.length }) ??
    placeFault(place) ??
    nameFault(hash) ??
    nameFault(place.pack)
  );
}

function nameFault(name: string): string | undefined {
  return isHash(name) ? undefined : 'a name is no SHA-256';
}

function baseFault({ kind, base }: RecipeChunk): string | undefined {
  if ((kind === 2) !== (base !== undefined)) return 'a chunk has a base exactly if its kind is 2';
  if (base === undefined) return undefined;
  if (base.age < 1 || base.age > 255) return 'a base has an impossible age';
  return (base.kind as number) === 2 ? 'a base has a base' : storedFault(base);
}

function first<T>(items: readonly T[], fault: (item: T) => string | undefined): string | undefined {
  for (const item of items) {
    const found = fault(item);
    if (found !== undefined) return found;
  }
  return undefined;
}
