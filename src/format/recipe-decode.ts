/** Reads recipes. Whatever they say is checked before it is believed, and before memory is taken for it. */
import { readSize } from './integers.ts';
import { packKey } from './keys.ts';
import { RECIPE_CHUNKS_MAX, RECIPE_MAX, RECIPE_PACKS_MAX, RECIPE_PARTS_MAX } from './limits.ts';
import type { Place, Recipe, RecipeBase, RecipeChunk, RecipePart, RecipeRun, StoredChunk } from './recipe.ts';
import {
  CHUNK_ROW_BYTES,
  chunkFault,
  NAME_BYTES,
  NO_BASE,
  PART_ROW_BYTES,
  partFault,
  placeFault,
  RECIPE_HEADER_BYTES,
  SAME_PACK,
  sumFault,
} from './recipe-layout.ts';
import { CHECKSUM_BYTES, checkChecksum, checkSignature, invalid } from './signature.ts';

/**
 * `pack` is the name of the pack that the bytes were read from; it replaces `SAME_PACK`.
 * Throws FORMAT_UNKNOWN_VERSION or FORMAT_INVALID. Compare `oid` and `size` with what was asked for.
 */
export function decodeRecipe(bytes: Buffer, pack: string): Recipe {
  const { run, chunks, parts } = decode(bytes, pack);
  if (run.start !== 0 || run.length !== run.size) throw damaged(pack, 'it is not that of a whole object');
  return { oid: run.oid, size: run.size, chunks, parts };
}

/** Throws FORMAT_INVALID also if the part is not the run that is expected. */
export function decodeRecipePart(bytes: Buffer, pack: string, expected: RecipeRun): RecipeChunk[] {
  const { run, chunks } = decode(bytes, pack);
  const same =
    run.oid === expected.oid &&
    run.size === expected.size &&
    run.start === expected.start &&
    run.length === expected.length;
  if (!same || chunks.length === 0) throw damaged(pack, 'a part is not the one that belongs here');
  return chunks;
}

interface Decoded {
  readonly run: RecipeRun;
  readonly chunks: RecipeChunk[];
  readonly parts: RecipePart[];
}

function decode(bytes: Buffer, pack: string): Decoded {
  if (bytes.length > RECIPE_MAX) throw damaged(pack, 'it is too long');
  checkSignature(bytes, 'loderec', subjectOf(pack));
  if (bytes.length < RECIPE_HEADER_BYTES + CHECKSUM_BYTES) throw damaged(pack, 'it is too short');
  const counts = {
    packs: bytes.readUInt32BE(64),
    bases: bytes.readUInt32BE(68),
    chunks: bytes.readUInt32BE(72),
    parts: bytes.readUInt32BE(76),
  };
  const packsEnd = RECIPE_HEADER_BYTES + counts.packs * NAME_BYTES;
  const basesEnd = packsEnd + counts.bases * CHUNK_ROW_BYTES;
  const chunksEnd = basesEnd + counts.chunks * CHUNK_ROW_BYTES;
  const end = chunksEnd + counts.parts * PART_ROW_BYTES;
  if (end + CHECKSUM_BYTES !== bytes.length) throw damaged(pack, 'its counts do not fit its length');
  checkChecksum(bytes, end, subjectOf(pack));
  if (
    counts.packs > RECIPE_PACKS_MAX ||
    counts.bases > counts.chunks ||
    counts.chunks > RECIPE_CHUNKS_MAX ||
    counts.parts > RECIPE_PARTS_MAX ||
    (counts.chunks === 0) === (counts.parts === 0)
  )
    throw damaged(pack, 'its counts are impossible');

  const names = rows(RECIPE_HEADER_BYTES, packsEnd, NAME_BYTES, (at) => {
    const name = bytes.toString('hex', at, at + NAME_BYTES);
    return name === SAME_PACK ? pack : name;
  });
  const reader: Reader = { bytes, pack, names };
  const bases = rows(packsEnd, basesEnd, CHUNK_ROW_BYTES, (at) => readBase(reader, at));
  const chunks = rows(basesEnd, chunksEnd, CHUNK_ROW_BYTES, (at) => readChunk(reader, at, bases));
  const parts = rows(chunksEnd, end, PART_ROW_BYTES, (at) => readPart(reader, at));
  const run = readRun(reader);
  check(pack, sumFault(chunks.length > 0 ? chunks : parts, run.length));
  return { run, chunks, parts };
}

interface Reader {
  readonly bytes: Buffer;
  /** The pack that the recipe is in. */
  readonly pack: string;
  readonly names: readonly string[];
}

function rows<T>(from: number, to: number, length: number, read: (at: number) => T): T[] {
  return Array.from({ length: (to - from) / length }, (_, index) => read(from + index * length));
}

function readRun({ bytes, pack }: Reader): RecipeRun {
  const size = readSize(bytes, 40);
  const start = readSize(bytes, 48);
  const length = readSize(bytes, 56);
  if (size === undefined || start === undefined || length === undefined || start + length > size)
    throw damaged(pack, 'its size is impossible');
  return { oid: bytes.toString('hex', 8, 40), size, start, length };
}

function readPlace({ names, pack }: Reader, index: number, offset: number, length: number): Place {
  const name = names[index];
  if (name === undefined) throw damaged(pack, 'it names a pack that it does not list');
  check(pack, placeFault({ offset, length }));
  return { pack: name, offset, length };
}

function readStored(reader: Reader, at: number): StoredChunk {
  const { bytes, pack } = reader;
  const length = bytes.readUIntBE(at + 37, 3);
  const rawLength = bytes.readUIntBE(at + 41, 3);
  const kind = bytes.readUInt8(at + 36) as StoredChunk['kind'];
  check(pack, chunkFault({ kind, rawLength, length }));
  const place = readPlace(reader, bytes.readUInt16BE(at + 44), bytes.readUInt32BE(at + 32), length);
  return { hash: bytes.toString('hex', at, at + NAME_BYTES), rawLength, kind, place };
}

function readBase(reader: Reader, at: number): RecipeBase {
  const { kind, ...rest } = readStored(reader, at);
  const age = reader.bytes.readUInt8(at + 40);
  if (kind === 2 || age === 0 || reader.bytes.readUInt16BE(at + 46) !== NO_BASE)
    throw damaged(reader.pack, 'a base cannot have a base or no age');
  return { ...rest, kind, age };
}

function readChunk(reader: Reader, at: number, bases: readonly RecipeBase[]): RecipeChunk {
  const chunk = readStored(reader, at);
  const index = reader.bytes.readUInt16BE(at + 46);
  const base = bases[index];
  if (reader.bytes.readUInt8(at + 40) !== 0 || (chunk.kind === 2 ? base === undefined : index !== NO_BASE))
    throw damaged(reader.pack, 'a chunk has a base exactly if its kind is 2');
  return base === undefined ? chunk : { ...chunk, base };
}

function readPart(reader: Reader, at: number): RecipePart {
  const { bytes, pack } = reader;
  const place = readPlace(
    reader,
    bytes.readUInt32BE(at + 8),
    bytes.readUInt32BE(at),
    bytes.readUInt32BE(at + 4),
  );
  check(pack, partFault(place));
  const rawLength = readSize(bytes, at + 12);
  if (rawLength === undefined || rawLength === 0) throw damaged(pack, 'a part covers nothing');
  return { place, rawLength };
}

function check(pack: string, fault: string | undefined): void {
  if (fault !== undefined) throw damaged(pack, fault);
}

const subjectOf = (pack: string) => `a recipe in ${packKey(pack)}`;

function damaged(pack: string, why: string) {
  return invalid(subjectOf(pack), why);
}
