/** What test/vectors holds must be read for ever; test/unit/format/write-vectors.ts wrote it. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { Chunker } from '../../../src/format/chunker.ts';
import type { Codec } from '../../../src/format/codec.ts';
import { checkFormatFile } from '../../../src/format/format-file.ts';
import { FORMAT_KEY, markKey, packKey, repositoryKey, tableKey } from '../../../src/format/keys.ts';
import { decodeMark } from '../../../src/format/mark.ts';
import { decodePack, RECIPE } from '../../../src/format/pack.ts';
import { decodeRecipe, type Place, recipeChunks, type StoredChunk } from '../../../src/format/recipe.ts';
import { decodeRepositoryFile } from '../../../src/format/repository-file.ts';
import { decodeTable, openTable, type RangedTable, type Table } from '../../../src/format/table.ts';
import { parsePointer } from '../../../src/pointer.ts';
import { engines, hashOf, lines, noise } from './samples.ts';

const folder = new URL('../../vectors/v1/', import.meta.url);
const read = (path: string): Buffer => readFileSync(new URL(path, folder));
const json = (path: string) => JSON.parse(read(path).toString());
const remote = (key: string): Buffer => read(`remote/${key}`);

const expected = json('objects.json');
const codecs = await engines();

function table(name: string): Table {
  return decodeTable(remote(tableKey(name)), name);
}

function ranged(name: string): Promise<RangedTable> {
  const bytes = remote(tableKey(name));
  return openTable(async (offset, length) => bytes.subarray(offset, offset + length), bytes.length, name);
}

function at({ pack, offset, length }: Place): Buffer {
  return remote(packKey(pack)).subarray(offset, offset + length);
}

function plain(codec: Codec, chunk: StoredChunk & { base?: StoredChunk }): Buffer {
  const base = chunk.base === undefined ? undefined : plain(codec, chunk.base);
  const data = codec.decode(chunk.kind, at(chunk.place), chunk.rawLength, base);
  expect(hashOf(data)).toBe(chunk.hash);
  return data;
}

async function rebuild(codec: Codec, oid: string, size: number): Promise<Buffer> {
  const found = await (await ranged(expected.union)).find(oid);
  expect(found).toHaveLength(1);
  const { kind, place } = found[0]!;
  if (kind !== RECIPE) return codec.decode(kind, at(place), size);
  const recipe = decodeRecipe(at(place), place.pack);
  expect(recipe).toMatchObject({ oid, size });
  const chunks: Buffer[] = [];
  for await (const some of recipeChunks(recipe, async (part) => at(part)))
    for (const chunk of some) chunks.push(plain(codec, chunk));
  return Buffer.concat(chunks);
}

test.each<{ kind: string; length: number; seed: number; sha256: string; cuts: number[] }>(json('cuts.json'))(
  '$length of $kind are cut as they were',
  ({ kind, length, seed, sha256, cuts }) => {
    const content =
      kind === 'noise' ? noise(length, seed) : kind === 'lines' ? lines(length, seed) : Buffer.alloc(length);
    expect(hashOf(content)).toBe(sha256);
    const chunker = new Chunker();
    expect([...chunker.push(content), ...chunker.end()].map((chunk) => chunk.length)).toEqual(cuts);
  },
);

describe.each(codecs)('with the $engine engine', (codec) => {
  test.each<{ engine: string; kind: 0 | 1 | 2; sha256: string; length: number; bytes: string }>(
    json('frames.json'),
  )('a chunk of kind $kind that $engine wrote is read', ({ kind, sha256, length, bytes }) => {
    const data = codec.decode(kind, Buffer.from(bytes, 'base64'), length, lines(2000, 3));
    expect(hashOf(data)).toBe(sha256);
  });

  test.each<{ oid: string; size: number; pointer: string }>(expected.objects)(
    'the object $oid is rebuilt from its pointer',
    async ({ oid, size, pointer }) => {
      expect(parsePointer(Buffer.from(pointer))).toEqual({ oid, size });
      expect(hashOf(await rebuild(codec, oid, size))).toBe(oid);
    },
  );
});

test('every pack says what is in it', () => {
  const kinds = readdirSync(new URL('remote/packs', folder)).flatMap((name) => {
    const { repository, records } = decodePack(remote(packKey(name)), name);
    expect(repository).toBe(expected.repository.id);
    return records.map(({ kind }) => kind);
  });
  expect(new Set(kinds)).toEqual(new Set([0, 1, 2, 0x10, 0x11]));
});

test('the table that is the union says what its parts say', () => {
  const union = table(expected.union);
  const parts = expected.tables.map(table) as Table[];
  expect(union.supersedes).toEqual([...expected.tables].sort());
  expect(union.size).toBe(expected.objects.length);
  expect(union.pushes).toEqual(parts.flatMap(({ pushes }) => pushes));
  for (const { oid } of expected.objects) expect(union.mayHold(oid)).toBe(true);
  const { chunk, object } = expected.sample;
  expect(union.findSample(chunk)).toEqual(union.find(object));
});

test('the other files are read', () => {
  expect(decodeMark(remote(markKey(expected.mark)), expected.mark).tables).toEqual(
    [...expected.tables].sort(),
  );
  const { id } = expected.repository;
  expect(decodeRepositoryFile(remote(repositoryKey(id)), id)).toEqual(expected.repository);
  expect(() => checkFormatFile(remote(FORMAT_KEY))).not.toThrow();
});

test('a table with several groups says where each object is, read whole and in part', async () => {
  const groups = json('groups/objects.json');
  const bytes = read(`groups/${groups.table}`);
  expect(bytes.length).toBe(56 + 4 * groups.groups + 16 + 32 * 100 + 32 * 3 + 12 * 17 + 20 * 33 + 125);
  const whole = decodeTable(bytes, groups.table);
  const inPart = await openTable(
    async (offset, length) => bytes.subarray(offset, offset + length),
    bytes.length,
    groups.table,
  );
  for (const { oid, kind, place, needs } of groups.objects) {
    expect(whole.find(oid)).toMatchObject([{ kind, place, needs: needs.toSorted() }]);
    expect(await inPart.find(oid)).toMatchObject([{ kind, place }]);
    expect(whole.mayHold(oid)).toBe(true);
  }
  for (const { chunk, object } of groups.samples) {
    expect(whole.findSample(chunk)).toEqual(whole.find(object));
    expect(await inPart.findSample(chunk)).toEqual(await inPart.find(object));
  }
  for (const oid of groups.absent) {
    expect(whole.find(oid)).toEqual([]);
    expect(await inPart.find(oid)).toEqual([]);
  }
});

test('a file of a version that comes later is refused by that, whatever it holds', () => {
  const later = (bytes: Buffer) =>
    Buffer.concat([bytes.subarray(0, 7), Buffer.from([2]), Buffer.alloc(200, 0xff)]);
  const unknown = expect.objectContaining({ code: 'FORMAT_UNKNOWN_VERSION' });
  const [pack] = readdirSync(new URL('remote/packs', folder));
  const files: [Buffer, (bytes: Buffer, name: string) => unknown][] = [
    [remote(packKey(pack!)), decodePack],
    [remote(tableKey(expected.union)), decodeTable],
    [remote(markKey(expected.mark)), decodeMark],
  ];
  for (const [bytes, decode] of files) {
    const made = later(bytes);
    expect(() => decode(made, hashOf(made))).toThrow(unknown);
  }
});
