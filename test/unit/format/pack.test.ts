import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PACK_MAX } from '../../../src/format/limits.ts';
import {
  decodePack,
  decodePackTable,
  decodePackTrailer,
  PACK_TRAILER_BYTES,
  PackBuilder,
  RECIPE,
  RECIPE_PART,
} from '../../../src/format/pack.ts';
import { decodeRecipe } from '../../../src/format/recipe.ts';
import { hashOf, nameOf, noise, samplePack, sampleRecipe } from './samples.ts';

const invalid = expect.objectContaining({ code: 'FORMAT_INVALID' });
const internal = expect.objectContaining({ code: 'INTERNAL' });

describe('a pack', () => {
  const pack = samplePack();
  const bytes = Buffer.concat(pack.parts);

  test('is named by its bytes and as long as it said', () => {
    expect(pack.name).toBe(hashOf(bytes));
    expect(pack.size).toBe(bytes.length);
  });

  test('read whole says what is in it', () => {
    const { repository, records } = decodePack(bytes, pack.name);
    expect(repository).toBe(nameOf('repository'));
    expect(records.map(({ kind }) => kind)).toEqual([0, 0, RECIPE]);
    expect(records[0]).toMatchObject({
      isObject: true,
      hash: hashOf(noise(300)),
      length: 300,
      rawLength: 300,
    });
  });

  test('holds what its table says, where it says', () => {
    const [object, chunk, recipe] = decodePack(bytes, pack.name).records.map(({ offset, length }) =>
      bytes.subarray(offset, offset + length),
    );
    expect(object!.equals(noise(300))).toBe(true);
    expect(chunk!.equals(noise(40_000, 2))).toBe(true);
    expect(decodeRecipe(recipe!, pack.name).oid).toBe(sampleRecipe().oid);
    expect(decodeRecipe(recipe!, pack.name).chunks[0]!.place.pack).toBe(pack.name);
  });

  test('is listed with two small reads', () => {
    const trailer = decodePackTrailer(bytes.subarray(-PACK_TRAILER_BYTES), bytes.length, pack.name);
    const table = bytes.subarray(trailer.tableOffset, trailer.tableOffset + trailer.tableLength);
    expect(decodePackTable(table, trailer, pack.name)).toEqual(decodePack(bytes, pack.name).records);
  });

  test('lists whatever is put into it, however much', () => {
    const chunk = fc.record({
      hash: fc.stringMatching(/^[0-9a-f]{64}$/),
      length: fc.integer({ min: 1, max: 50 }),
      isObject: fc.boolean(),
    });
    const property = (chunks: readonly { hash: string; length: number; isObject: boolean }[]) => {
      const builder = new PackBuilder(nameOf('repository'));
      const listed = chunks.map(({ hash, length, isObject }) => {
        const stored = { kind: 0 as const, bytes: Buffer.alloc(length) };
        const offset = builder.addChunk({ hash, rawLength: length, isObject }, stored);
        return { kind: 0, hash, offset, length, rawLength: length, isObject };
      });
      const { name, parts } = builder.finish();
      expect(decodePack(Buffer.concat(parts), name).records).toEqual(listed);
    };
    fc.assert(fc.property(fc.array(chunk, { minLength: 1, maxLength: 50 }), property), { numRuns: 50 });
    property(Array.from({ length: 5000 }, (_, i) => ({ hash: nameOf(i), length: 3, isObject: true })));
  });

  test('never has a name twice', () => {
    expect(samplePack().name).not.toBe(pack.name);
  });

  test('under the name of another is refused', () => {
    expect(() => decodePack(bytes, samplePack().name)).toThrow(invalid);
  });

  test.each([
    ['cut short', bytes.subarray(0, -1)],
    ['with bytes before it', Buffer.concat([Buffer.alloc(8), bytes])],
    ['empty', Buffer.alloc(0)],
  ])('%s is refused under its own name too', (_, changed) => {
    expect(() => decodePack(changed, hashOf(changed))).toThrow(invalid);
  });

  test('of a later version is refused with the way out', () => {
    const later = Buffer.from(bytes);
    later[7] = 2;
    expect(() => decodePack(later, hashOf(later))).toThrow(
      expect.objectContaining({ code: 'FORMAT_UNKNOWN_VERSION', hint: 'npm install -g git-lode@latest' }),
    );
    const trailer = Buffer.from(bytes.subarray(-PACK_TRAILER_BYTES));
    trailer[PACK_TRAILER_BYTES - 1] = 2;
    expect(() => decodePackTrailer(trailer, bytes.length, pack.name)).toThrow(
      expect.objectContaining({ code: 'FORMAT_UNKNOWN_VERSION' }),
    );
  });

  test('whose table does not account for all of its bytes is refused', () => {
    const trailer = decodePackTrailer(bytes.subarray(-PACK_TRAILER_BYTES), bytes.length, pack.name);
    const table = Buffer.from(bytes.subarray(trailer.tableOffset, trailer.tableOffset + trailer.tableLength));
    table.writeUIntBE(299, 33, 3);
    table.writeUIntBE(299, 37, 3);
    expect(() => decodePackTable(table, { ...trailer, tableHash: hashOf(table) }, pack.name)).toThrow(
      invalid,
    );
  });
});

describe('a pack that is being built', () => {
  const chunk = { hash: nameOf('c'), rawLength: 500_000, isObject: false };
  const stored = { kind: 0 as const, bytes: noise(500_000) };

  test('takes what fits, and no more, and ends within the limit', () => {
    const builder = new PackBuilder(nameOf('repository'));
    while (builder.fits(stored.bytes.length)) builder.addChunk(chunk, stored);
    expect(() => builder.addChunk(chunk, stored)).toThrow(internal);
    const predicted = builder.size;
    const { size, parts, name } = builder.finish();
    expect(size).toBe(predicted);
    expect(size).toBeLessThanOrEqual(PACK_MAX);
    expect(size).toBeGreaterThan(PACK_MAX - 600_000);
    expect(decodePack(Buffer.concat(parts), name).records).toHaveLength(builder.count);
  });

  test('shares one part among many small things', () => {
    const builder = new PackBuilder(nameOf('repository'));
    for (let i = 0; i < 1000; i++) {
      const bytes = noise(275, i + 1);
      builder.addChunk({ hash: hashOf(bytes), rawLength: 275, isObject: true }, { kind: 0, bytes });
    }
    expect(builder.finish().parts).toHaveLength(1);
  });

  test('does not notice what happens to a buffer that it was given', () => {
    const builder = new PackBuilder(nameOf('repository'));
    const bytes = Buffer.from(noise(1000));
    const offset = builder.addChunk(
      { hash: hashOf(bytes), rawLength: 1000, isObject: true },
      { kind: 0, bytes },
    );
    bytes.fill(0);
    const { parts, name } = builder.finish();
    const whole = Buffer.concat(parts);
    expect(decodePack(whole, name).records).toHaveLength(1);
    expect(whole.subarray(offset, offset + 1000).equals(noise(1000))).toBe(true);
  });

  test('lists parts of recipes', () => {
    const builder = new PackBuilder(nameOf('repository'));
    const offset = builder.addRecipe(RECIPE_PART, nameOf('o'), Buffer.from('a part'));
    const { parts, name } = builder.finish();
    expect(decodePack(Buffer.concat(parts), name).records).toEqual([
      { kind: RECIPE_PART, hash: nameOf('o'), offset, length: 6 },
    ]);
  });

  test('refuses what its readers would refuse', () => {
    const builder = new PackBuilder(nameOf('repository'));
    const empty = { kind: 0 as const, bytes: Buffer.alloc(0) };
    expect(() => builder.addChunk({ ...chunk, rawLength: 0 }, empty)).toThrow(internal);
    expect(() => builder.addChunk({ ...chunk, rawLength: 5 }, stored)).toThrow(internal);
    expect(() => builder.addChunk({ ...chunk, hash: 'abc' }, stored)).toThrow(internal);
    expect(() => builder.addChunk({ ...chunk, isObject: true }, { kind: 2, bytes: noise(9) })).toThrow(
      internal,
    );
    expect(() => builder.finish()).toThrow(internal);
    expect(() => new PackBuilder('no id')).toThrow(internal);
  });
});
