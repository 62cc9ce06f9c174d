/** Files with one thing wrong and every checksum right, as somebody who means harm would write them. */
import { describe, expect, test } from 'vitest';
import { codecWith } from '../../../src/format/codec.ts';
import { decodePackTable } from '../../../src/format/pack.ts';
import { decodeRecipe, encodeRecipe } from '../../../src/format/recipe.ts';
import { checksum } from '../../../src/format/signature.ts';
import { decodeTable, encodeTable } from '../../../src/format/table.ts';
import { wasmZstd } from '../../../src/format/zstd-wasm.ts';
import {
  hashOf,
  lines,
  nameOf,
  noise,
  rawChunk,
  sampleContents,
  samplePack,
  sampleRecipe,
  tableObject,
} from './samples.ts';

const invalid = expect.objectContaining({ code: 'FORMAT_INVALID' });

describe('a recipe', () => {
  const packs = 80;
  const base = packs + 3 * 32;
  const chunk = (index: number) => base + 48 + index * 48;

  function forged(change: (bytes: Buffer) => void): Buffer {
    const bytes = encodeRecipe(sampleRecipe());
    change(bytes);
    checksum(bytes.subarray(0, -16)).copy(bytes, bytes.length - 16);
    return bytes;
  }

  test('is accepted if nothing was changed', () => {
    expect(() =>
      decodeRecipe(
        forged(() => {}),
        nameOf('pack'),
      ),
    ).not.toThrow();
  });

  test.each<[string, (bytes: Buffer) => void]>([
    ['of another size', (b) => [47, 63].map((at) => b.writeUInt8(b[at]! + 1, at))],
    ['of a size beyond 2^53', (b) => [40, 56].map((at) => b.writeUInt8(1, at))],
    ['that covers only a run', (b) => b.writeUInt8(1, 46)],
    ['with a chunk beyond its pack', (b) => b.writeUInt32BE(2 ** 25, chunk(0) + 32)],
    ['with a chunk in the signature', (b) => b.writeUInt32BE(7, chunk(0) + 32)],
    ['with a chunk in a pack that it does not list', (b) => b.writeUInt16BE(3, chunk(0) + 44)],
    ['with a chunk of an unknown kind', (b) => b.writeUInt8(3, chunk(3) + 36)],
    ['with a chunk that takes no bytes', (b) => b.writeUIntBE(0, chunk(3) + 37, 3)],
    ['with a frame longer than its chunk', (b) => b.writeUIntBE(512, chunk(3) + 37, 3)],
    ['with a raw chunk longer than itself', (b) => b.writeUIntBE(40_001, chunk(0) + 37, 3)],
    ['with an age in a chunk', (b) => b.writeUInt8(1, chunk(0) + 40)],
    ['with a base for a raw chunk', (b) => b.writeUInt16BE(0, chunk(0) + 46)],
    ['with a base that it does not list', (b) => b.writeUInt16BE(1, chunk(1) + 46)],
    ['without a base for kind 2', (b) => b.writeUInt16BE(0xffff, chunk(1) + 46)],
    [
      'whose base has a base',
      (b) => {
        b.writeUInt8(2, base + 36);
        b.writeUIntBE(9, base + 37, 3);
      },
    ],
    ['whose base names a base', (b) => b.writeUInt16BE(0, base + 46)],
    ['whose base has no age', (b) => b.writeUInt8(0, base + 40)],
  ])('%s is refused', (_, change) => {
    expect(() => decodeRecipe(forged(change), nameOf('pack'))).toThrow(invalid);
  });

  /** A recipe of one pack and 100 bytes whose rows are given. */
  function withRows(size: number, chunks: Buffer, parts: Buffer): Buffer {
    const head = encodeRecipe({
      oid: nameOf('o'),
      size: 100,
      chunks: [rawChunk(1, 100)],
      parts: [],
    }).subarray(0, 112);
    const bytes = Buffer.concat([head, chunks, parts, Buffer.alloc(16)]);
    for (const at of [47, 63]) bytes.writeUInt8(size, at);
    bytes.writeUInt32BE(chunks.length / 48, 72);
    bytes.writeUInt32BE(parts.length / 20, 76);
    checksum(bytes.subarray(0, -16)).copy(bytes, bytes.length - 16);
    return bytes;
  }

  test('with both chunks and parts, or neither, is refused', () => {
    const { place } = rawChunk(1, 100);
    const chunks = encodeRecipe({
      oid: nameOf('o'),
      size: 100,
      chunks: [rawChunk(1, 100)],
      parts: [],
    }).subarray(112, -16);
    const parts = encodeRecipe({
      oid: nameOf('o'),
      size: 100,
      chunks: [],
      parts: [{ rawLength: 100, place }],
    }).subarray(112, -16);
    const none = Buffer.alloc(0);
    expect(() => decodeRecipe(withRows(100, chunks, none), nameOf('pack'))).not.toThrow();
    expect(() => decodeRecipe(withRows(100, none, parts), nameOf('pack'))).not.toThrow();
    expect(() => decodeRecipe(withRows(100, chunks, parts), nameOf('pack'))).toThrow(invalid);
    expect(() => decodeRecipe(withRows(0, none, none), nameOf('pack'))).toThrow(invalid);
  });

  test('longer than a recipe can be is refused before it is looked at', () => {
    expect(() => decodeRecipe(Buffer.alloc(7 * 1024 * 1024), nameOf('pack'))).toThrow(invalid);
  });

  test('with a part that covers nothing is refused', () => {
    const { place } = rawChunk(1, 100);
    const parts = [
      { rawLength: 100, place },
      { rawLength: 5, place },
    ];
    const bytes = encodeRecipe({ oid: nameOf('o'), size: 105, chunks: [], parts });
    for (const at of [47, 63]) bytes.writeUInt8(100, at);
    bytes.writeUInt8(0, bytes.length - 17);
    checksum(bytes.subarray(0, -16)).copy(bytes, bytes.length - 16);
    expect(() => decodeRecipe(bytes, nameOf('pack'))).toThrow(invalid);
  });
});

describe('a table', () => {
  const valid = encodeTable(sampleContents()).bytes;
  const count = (index: number) => valid.readUInt32BE(24 + 4 * index);
  // One group: four objects need no more.
  const entries = 76;
  const names = entries + 32 * count(0);
  const needs = names + 32 * count(1);
  const samples = needs + count(5);
  const filter = samples + 20 * count(2);
  const pushes = filter + count(6);
  const supersedes = pushes + count(7);
  const entryWith = (test: (at: number) => boolean) =>
    Array.from({ length: count(0) }, (_, index) => entries + 32 * index).find(test)!;
  const recipe = entryWith((at) => valid[at + 30] === 0x10);
  const pair = valid.readUInt32BE(needs) === 2 ? needs : needs + 8;
  const small = entryWith((at) => valid[at + 30] === 0);

  function forged(change: (bytes: Buffer) => void): Buffer {
    const bytes = Buffer.from(valid);
    change(bytes);
    checksum(bytes.subarray(0, entries - 16)).copy(bytes, entries - 16);
    return bytes;
  }

  function swap(bytes: Buffer, at: number, length: number): void {
    const first = Buffer.from(bytes.subarray(at, at + length));
    bytes.copy(bytes, at, at + length, at + 2 * length);
    first.copy(bytes, at + length);
  }

  test('is accepted if nothing was changed', () => {
    const bytes = forged(() => {});
    expect(decodeTable(bytes, hashOf(bytes)).objects).toHaveLength(4);
  });

  test.each<[string, (bytes: Buffer) => void]>([
    ['with an object in a pack that it does not list', (b) => b.writeUInt32BE(count(1), small + 16)],
    ['with an object beyond its pack', (b) => b.writeUInt32BE(2 ** 25, small + 20)],
    ['with an object that takes no bytes', (b) => b.writeUInt32BE(0, small + 24)],
    ['with an object of a push that it does not list', (b) => b.writeUInt16BE(2, small + 28)],
    ['with an object of an unknown kind', (b) => b.writeUInt8(2, small + 30)],
    ['with a flag that nobody knows', (b) => b.writeUInt8(2, small + 31)],
    ['with a small object that needs packs', (b) => b.writeUInt8(1, small + 31)],
    ['with a list of packs that nobody needs', (b) => b.writeUInt8(0, recipe + 31)],
    ['with objects out of order', (b) => swap(b, entries, 32)],
    ['with names out of order', (b) => swap(b, names, 32)],
    ['with a list of no packs', (b) => b.writeUInt32BE(0, needs)],
    ['with a list of four billion packs', (b) => b.writeUInt32BE(0xffffffff, needs)],
    ['with a list that names a pack twice', (b) => b.copy(b, pair + 8, pair + 4, pair + 8)],
    ['with a list of a pack that it does not list', (b) => b.writeUInt32BE(count(1), samples - 4)],
    ['with samples out of order', (b) => swap(b, samples, 20)],
    [
      'with a sample that leads to a small object',
      (b) => b.writeUInt32BE((small - entries) / 32, samples + 16),
    ],
    ['with a sample that leads nowhere', (b) => b.writeUInt32BE(4, samples + 16)],
    ['with a commit id of an unknown length', (b) => b.writeUInt8(21, pushes + 40)],
    ['with a push of four billion tips', (b) => b.writeUInt32BE(0xffffffff, pushes + 41)],
    ['with a push in a far future', (b) => b.writeUInt8(1, pushes + 32)],
    ['with fewer pushes than it says', (b) => b.writeUInt32BE(3, 36)],
    ['with superseded tables out of order', (b) => swap(b, supersedes, 32)],
    ['with four billion objects', (b) => b.writeUInt32BE(0xffffffff, 24)],
    ['with another filter', (b) => [b.writeUInt32BE(count(6) - 1, 48), b.writeUInt32BE(count(7) + 1, 52)]],
    ['with a fan-out that ends too low', (b) => b.writeUInt32BE(3, 56)],
  ])('%s is refused', (_, change) => {
    const bytes = forged(change);
    expect(() => decodeTable(bytes, hashOf(bytes))).toThrow(invalid);
  });

  test.each<[string, (bytes: Buffer) => void]>([
    ['falls', (b) => b.writeUInt32BE(100, 56)],
    ['is too low', (b) => b.fill(0, 56, 56 + 4 * 7)],
    ['ends too low', (b) => b.writeUInt32BE(99, 56 + 4 * 7)],
  ])('with eight groups whose fan-out %s is refused', (_, change) => {
    const objects = Array.from({ length: 100 }, (_, i) => tableObject(i));
    const { bytes } = encodeTable({ objects, samples: [], pushes: [], supersedes: [] });
    expect(decodeTable(bytes, hashOf(bytes)).size).toBe(100);
    change(bytes);
    checksum(bytes.subarray(0, 88)).copy(bytes, 88);
    expect(() => decodeTable(bytes, hashOf(bytes))).toThrow(invalid);
  });
});

describe("a pack's table", () => {
  const pack = samplePack();
  const bytes = Buffer.concat(pack.parts);
  const table = bytes.readUInt32BE(bytes.length - 96);

  function list(change: (rows: Buffer) => void) {
    const rows = Buffer.from(bytes.subarray(table, -96));
    change(rows);
    const trailer = {
      tableOffset: table,
      tableLength: rows.length,
      tableHash: hashOf(rows),
      repository: nameOf('r'),
    };
    return () => decodePackTable(rows, trailer, pack.name);
  }

  test('is accepted if nothing was changed', () => {
    expect(list(() => {})).not.toThrow();
  });

  test.each<[string, (rows: Buffer) => void]>([
    ['with an unknown kind', (rows) => rows.writeUInt8(3, 32)],
    ['with something that takes no bytes', (rows) => rows.writeUIntBE(0, 33, 3)],
    ['with a flag that nobody knows', (rows) => rows.writeUInt8(2, 36)],
    ['with a chunk that is longer than any', (rows) => rows.writeUIntBE(524_289, 40 + 37, 3)],
    ['with an object that has a base', (rows) => [rows.writeUInt8(2, 32), rows.writeUIntBE(301, 37, 3)]],
    ['with a recipe that has a length', (rows) => rows.writeUIntBE(5, 80 + 37, 3)],
    ['with a recipe that is an object', (rows) => rows.writeUInt8(1, 80 + 36)],
  ])('%s is refused', (_, change) => {
    expect(list(change)).toThrow(invalid);
  });
});

describe('a stored chunk', async () => {
  const zstd = await wasmZstd();
  const text = lines(3000);
  const frame = codecWith(zstd).encode(text).bytes;
  const given: Buffer[] = [];
  const codec = codecWith({
    ...zstd,
    decompress: (bytes, rawLength) => {
      given.push(bytes);
      return Buffer.alloc(rawLength);
    },
  });

  test('that is right reaches the decoder', () => {
    expect(codec.decode(1, frame, text.length)).toHaveLength(text.length);
    expect(given.splice(0)).toEqual([frame]);
  });

  const window = Buffer.from(frame);
  window[4]! &= ~0x20;
  const numbered = Buffer.from(frame);
  numbered[4]! |= 1;
  const reserved = Buffer.from(frame);
  reserved[4]! |= 8;
  test.each<[string, Buffer, number]>([
    ['has junk behind it', Buffer.concat([frame, Buffer.from('junk')]), text.length],
    ['is two frames', Buffer.concat([frame, frame]), 2 * text.length],
    [
      'follows a skippable frame',
      Buffer.concat([Buffer.from('502a4d180100000000', 'hex'), frame]),
      text.length,
    ],
    ['is cut off', frame.subarray(0, -1), text.length],
    ['has a window of its own', window, text.length],
    ['wants a dictionary by number', numbered, text.length],
    ['has a reserved bit', reserved, text.length],
    ['says another length', frame, text.length + 1],
    ['is larger than any chunk', frame, 2 ** 30],
    ['has a block of a reserved type', Buffer.from('28b52ffd20010f0000', 'hex'), 1],
  ])('that %s never reaches the decoder', (_, bytes, length) => {
    expect(() => codec.decode(1, bytes, length)).toThrow(invalid);
    expect(given.splice(0)).toEqual([]);
  });

  test.each<[string, Buffer]>([
    ['is a dictionary file', Buffer.concat([Buffer.from('37a430ec', 'hex'), noise(1000)])],
    ['is too short for one', noise(7)],
    ['is longer than any chunk', noise(524_289)],
  ])('whose base %s never reaches the decoder', (_, base) => {
    expect(() => codec.decode(2, frame, text.length, base)).toThrow(invalid);
    expect(given.splice(0)).toEqual([]);
  });
});
