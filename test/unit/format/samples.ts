/** Content and files of the format for tests: the same on every machine. */
import { createHash } from 'node:crypto';
import { type Codec, codecWith } from '../../../src/format/codec.ts';
import { PackBuilder, RECIPE } from '../../../src/format/pack.ts';
import { encodeRecipe, type RecipeChunk, SAME_PACK } from '../../../src/format/recipe.ts';
import type { TableContents, TableObject } from '../../../src/format/table.ts';
import { nativeZstd } from '../../../src/format/zstd-native.ts';
import { wasmZstd } from '../../../src/format/zstd-wasm.ts';

/** Bytes that no codec can make smaller (xorshift32). */
export function noise(length: number, seed = 1): Buffer {
  const bytes = Buffer.alloc(length);
  let x = seed;
  for (let i = 0; i < length; i++) {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    bytes[i] = x >>> 24;
  }
  return bytes;
}

/** Lines as in a table that someone exports every day. */
export function lines(count: number, seed = 1): Buffer {
  const values = noise(count * 4, seed);
  const rows = Array.from(
    { length: count },
    (_, row) => `${row},city-${row % 97},${values.readUInt32LE(row * 4)}\n`,
  );
  return Buffer.from(rows.join(''));
}

export function hashOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** A name that stands for nothing. */
export function nameOf(label: string | number): string {
  return hashOf(Buffer.from(String(label)));
}

/** Every engine that this Node has: WASM always, its own where it does what it should. */
export async function engines(): Promise<Codec[]> {
  const native = nativeZstd();
  return [await wasmZstd(), ...(native === undefined ? [] : [native])].map(codecWith);
}

/** A chunk somewhere in a pack, as a recipe lists it. */
export function rawChunk(
  label: string | number,
  rawLength: number,
  pack = nameOf('pack'),
  offset = 8,
): RecipeChunk {
  return { hash: nameOf(label), rawLength, kind: 0, place: { pack, offset, length: rawLength } };
}

/** A recipe of four chunks in three packs, two of them coded against one base. */
export function sampleRecipe() {
  const base = { ...rawChunk('base', 70_000, nameOf('old pack'), 4000), kind: 0 as const, age: 3 };
  const chunks: RecipeChunk[] = [
    rawChunk(1, 40_000, SAME_PACK, 8),
    {
      hash: nameOf(2),
      rawLength: 50_000,
      kind: 2,
      place: { pack: nameOf('p'), offset: 9, length: 120 },
      base,
    },
    {
      hash: nameOf(3),
      rawLength: 33_000,
      kind: 2,
      place: { pack: SAME_PACK, offset: 40_008, length: 77 },
      base,
    },
    { hash: nameOf(4), rawLength: 512, kind: 1, place: { pack: nameOf('p'), offset: 129, length: 300 } },
  ];
  return { oid: nameOf('object'), size: 123_512, chunks, parts: [] };
}

/** A pack of one small object, one chunk and one recipe. */
export function samplePack() {
  const builder = new PackBuilder(nameOf('repository'));
  const object = noise(300);
  const chunk = noise(40_000, 2);
  builder.addChunk({ hash: hashOf(object), rawLength: 300, isObject: true }, { kind: 0, bytes: object });
  builder.addChunk({ hash: hashOf(chunk), rawLength: 40_000, isObject: false }, { kind: 0, bytes: chunk });
  builder.addRecipe(RECIPE, nameOf('object'), encodeRecipe(sampleRecipe()));
  return builder.finish();
}

export function tableObject(label: string | number, rest: Partial<TableObject> = {}): TableObject {
  const prefix = nameOf(label).slice(0, 32);
  return {
    prefix,
    kind: 0,
    place: { pack: nameOf('pack'), offset: 8, length: 100 },
    needs: [],
    push: undefined,
    ...rest,
  };
}

/** A table with everything that a table can have. */
export function sampleContents(): TableContents {
  const needs = [nameOf('pack 2'), nameOf('pack 3')];
  return {
    objects: [
      tableObject('a', { push: 0 }),
      tableObject('b', { kind: 1, push: 1, place: { pack: nameOf('pack 2'), offset: 500, length: 40 } }),
      tableObject('c', { kind: RECIPE, needs, place: { pack: nameOf('pack'), offset: 900, length: 4000 } }),
      tableObject('d', { kind: RECIPE, needs: [nameOf('pack 9')], push: 1 }),
    ],
    samples: [
      { prefix: nameOf('chunk').slice(0, 32), object: 2 },
      { prefix: nameOf('chunk 2').slice(0, 32), object: 3 },
    ],
    pushes: [
      {
        repository: nameOf('r'),
        when: 1_700_000_000_000,
        tips: ['1'.repeat(40)],
        bases: ['2'.repeat(40), '3'.repeat(40)],
      },
      { repository: nameOf('r'), when: 1_700_000_000_001, tips: ['4'.repeat(64)], bases: [] },
    ],
    supersedes: [nameOf('t2'), nameOf('t1')],
  };
}
