import { describe, expect, test } from 'vitest';
import { RECIPE_CHUNKS_MAX, RECIPE_MAX, RECIPE_PARTS_MAX } from '../../../src/format/limits.ts';
import {
  decodeRecipe,
  encodeRecipe,
  encodeRecipePart,
  packsOf,
  type Recipe,
  type RecipeChunk,
  recipeChunks,
  SAME_PACK,
} from '../../../src/format/recipe.ts';
import { nameOf, rawChunk, sampleRecipe } from './samples.ts';

const pack = nameOf('the pack it is in');
const invalid = expect.objectContaining({ code: 'FORMAT_INVALID' });
const internal = expect.objectContaining({ code: 'INTERNAL' });

/** What a reader sees: the name of the pack that the recipe is in. */
function named(chunks: readonly RecipeChunk[]): RecipeChunk[] {
  return chunks.map((chunk) => ({
    ...chunk,
    place: { ...chunk.place, pack: chunk.place.pack === SAME_PACK ? pack : chunk.place.pack },
  }));
}

describe('a recipe', () => {
  test('comes back as it was written, with the name of its pack', () => {
    const recipe = sampleRecipe();
    const decoded = decodeRecipe(encodeRecipe(recipe), pack);
    expect(decoded).toEqual({ ...recipe, chunks: named(recipe.chunks) });
  });

  test('writes a base and a pack that several chunks share once', () => {
    const bytes = encodeRecipe(sampleRecipe());
    const packs = 3;
    const bases = 1;
    expect(bytes.length).toBe(80 + packs * 32 + (bases + 4) * 48 + 16);
  });

  test('keeps two ages of one base apart', () => {
    const [, second, third] = sampleRecipe().chunks as [RecipeChunk, RecipeChunk, RecipeChunk];
    const older = { ...third, base: { ...third.base!, age: 9 } };
    const recipe: Recipe = { oid: nameOf('o'), size: 83_000, chunks: [second, older], parts: [] };
    expect(decodeRecipe(encodeRecipe(recipe), pack).chunks.map(({ base }) => base?.age)).toEqual([3, 9]);
  });

  test('can be as long as its limits allow, and then fits one range', () => {
    const chunks = Array.from({ length: RECIPE_CHUNKS_MAX }, (_, i): RecipeChunk => {
      const base = { ...rawChunk(`b${i}`, 100, nameOf(`q${i}`)), kind: 0 as const, age: 1 };
      return {
        hash: nameOf(i),
        rawLength: 100,
        kind: 2,
        place: { pack: nameOf(`p${i}`), offset: 8, length: 9 },
        base,
      };
    });
    const recipe: Recipe = { oid: nameOf('o'), size: RECIPE_CHUNKS_MAX * 100, chunks, parts: [] };
    const bytes = encodeRecipe(recipe);
    expect(bytes.length).toBeLessThanOrEqual(RECIPE_MAX);
    expect(decodeRecipe(bytes, pack)).toEqual(recipe);
    const longer = { ...recipe, size: recipe.size + 7, chunks: [...chunks, rawChunk('one more', 7)] };
    expect(() => encodeRecipe(longer)).toThrow(internal);
  });

  test('names the packs that it needs in the order of need', () => {
    expect(packsOf(sampleRecipe().chunks)).toEqual([SAME_PACK, nameOf('p'), nameOf('old pack')]);
  });

  const [first] = sampleRecipe().chunks as [RecipeChunk];
  test.each<[string, Partial<Recipe>]>([
    ['a sum that is not its size', { size: 39_999 }],
    ['neither chunks nor parts', { size: 0, chunks: [] }],
    ['both chunks and parts', { parts: [{ rawLength: 40_000, place: first.place }] }],
    ['a chunk beyond its pack', { chunks: [{ ...first, place: { ...first.place, offset: 2 ** 25 } }] }],
    ['a chunk in the signature', { chunks: [{ ...first, place: { ...first.place, offset: 7 } }] }],
    [
      'a chunk of kind 2 without a base',
      { chunks: [{ ...first, kind: 2, place: { ...first.place, length: 9 } }] },
    ],
    ['a hash that is none', { chunks: [{ ...first, hash: 'abc' }] }],
    ['an oid that is none', { oid: nameOf(1).toUpperCase() }],
    [
      'a raw chunk that is not as long as it is',
      { chunks: [{ ...first, place: { ...first.place, length: 9 } }] },
    ],
  ])('with %s is not written', (_, change) => {
    const whole: Recipe = { oid: nameOf('o'), size: 40_000, chunks: [first], parts: [] };
    expect(() => encodeRecipe(whole)).not.toThrow();
    expect(() => encodeRecipe({ ...whole, ...change })).toThrow(internal);
  });

  test('whose base has a base is not written', () => {
    const base = {
      ...rawChunk('b', 100),
      age: 1,
      kind: 2 as unknown as 0,
      place: { pack, offset: 8, length: 5 },
    };
    const chunk: RecipeChunk = {
      hash: nameOf(1),
      rawLength: 100,
      kind: 2,
      place: { pack, offset: 8, length: 9 },
      base,
    };
    expect(() => encodeRecipe({ oid: nameOf('o'), size: 100, chunks: [chunk], parts: [] })).toThrow(internal);
  });
});

describe('an object of more chunks than one recipe holds', () => {
  const oid = nameOf('large');
  const size = 250_000;
  const runs = [
    { oid, size, start: 0, length: 150_000 },
    { oid, size, start: 150_000, length: 100_000 },
  ] as const;
  const chunks = [[rawChunk(1, 100_000), rawChunk(2, 50_000)], [rawChunk(3, 100_000)]] as const;
  const written = runs.map((run, index) => encodeRecipePart(run, chunks[index]!));
  const places = written.map((bytes, index) => ({
    pack: nameOf(`pack ${index}`),
    offset: 8,
    length: bytes.length,
  }));
  const recipe: Recipe = {
    oid,
    size,
    chunks: [],
    parts: places.map((place, index) => ({ place, rawLength: runs[index]!.length })),
  };

  async function collect(read: (pack: string) => Buffer): Promise<RecipeChunk[]> {
    const all: RecipeChunk[] = [];
    for await (const some of recipeChunks(recipe, async (place) => read(place.pack))) all.push(...some);
    return all;
  }

  test('has a recipe of parts, read one at a time', async () => {
    expect(decodeRecipe(encodeRecipe(recipe), pack)).toEqual(recipe);
    expect(await collect((name) => written[name === places[0]!.pack ? 0 : 1]!)).toEqual(chunks.flat());
  });

  test('is refused if two parts are exchanged', async () => {
    await expect(collect((name) => written[name === places[0]!.pack ? 1 : 0]!)).rejects.toThrow(invalid);
  });

  test('is refused if a part has parts', async () => {
    const nested = encodeRecipe({ ...recipe, parts: [{ place: places[0]!, rawLength: size }] });
    const outer = decodeRecipe(nested, pack);
    await expect(recipeChunks(outer, async () => nested).next()).rejects.toThrow(invalid);
  });

  test('cannot pass a part off as the whole', () => {
    expect(() => decodeRecipe(written[0]!, pack)).toThrow(invalid);
  });

  test('can be many terabytes', () => {
    const parts = Array.from({ length: RECIPE_PARTS_MAX }, (_, i) => ({
      rawLength: 2 ** 32,
      place: { pack: nameOf(i), offset: 8, length: 2_000_000 },
    }));
    const huge: Recipe = { oid, size: RECIPE_PARTS_MAX * 2 ** 32, chunks: [], parts };
    const bytes = encodeRecipe(huge);
    expect(bytes.length).toBeLessThanOrEqual(RECIPE_MAX);
    expect(decodeRecipe(bytes, pack)).toEqual(huge);
  });
});
