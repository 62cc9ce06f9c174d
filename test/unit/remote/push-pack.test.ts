import { describe, expect, it } from 'vitest';
import { RECIPE_CHUNKS_MAX } from '../../../src/format/limits.ts';
import { decodePack, type FinishedPack, RECIPE, RECIPE_PART } from '../../../src/format/pack.ts';
import { decodeRecipe, type RecipeChunk, recipeChunks } from '../../../src/format/recipe.ts';
import type { PlacedChunk } from '../../../src/remote/push-entry.ts';
import { Packer } from '../../../src/remote/push-pack.ts';
import { RecipeWriter } from '../../../src/remote/push-recipe.ts';
import { noise, REPOSITORY, sha256 } from '../../support/remote-fixtures.ts';

const OID = sha256(Buffer.from('an object'));

function packer(packBytes = 4 * 1024 * 1024) {
  const packs = new Map<string, Buffer>();
  const learnt: { kind: number; place: { pack: string; offset: number; length: number }; bytes: Buffer }[] =
    [];
  const made = new Packer(
    { repository: REPOSITORY, packBytes, takeSlab: () => Buffer.allocUnsafeSlow(1024 * 1024) },
    {
      send: async ({ name, parts }: FinishedPack) => void packs.set(name, Buffer.concat(parts)),
      learn: (kind, place, bytes) => void learnt.push({ kind, place, bytes }),
    },
  );
  return { packer: made, packs, learnt };
}

const add = async (to: Packer, data: Buffer): Promise<PlacedChunk> => ({
  hash: sha256(data),
  rawLength: data.length,
  kind: 0,
  spot: await to.addChunk(sha256(data), data.length, { kind: 0, bytes: data }, false),
});

describe('filling packs', () => {
  it('ends a pack before it grows too large, and knows every place', async () => {
    const { packer: to, packs } = packer(1024 * 1024);
    const contents = Array.from({ length: 30 }, (_, i) => noise(100_000, i + 1));
    const chunks: PlacedChunk[] = [];
    for (const content of contents) chunks.push(await add(to, content));
    await to.seal();
    expect(packs.size).toBe(3);
    for (const bytes of packs.values()) expect(bytes.length).toBeLessThanOrEqual(1024 * 1024);
    for (const [i, { spot }] of chunks.entries()) {
      const pack = packs.get(spot.slot.name!)!;
      expect(pack.subarray(spot.offset, spot.offset + spot.length).equals(contents[i]!)).toBe(true);
    }
  });

  it('writes recipes that lead to chunks in their own pack and in earlier ones', async () => {
    const { packer: to, packs, learnt } = packer(256 * 1024);
    const contents = Array.from({ length: 6 }, (_, i) => noise(100_000, i + 1));
    const recipe = new RecipeWriter(OID, 600_000, to);
    for (const content of contents) await recipe.add(await add(to, content));
    const entry = await recipe.finish([]);
    await to.seal();
    const { slot, offset, length } = entry.spot;
    const { chunks } = decodeRecipe(packs.get(slot.name!)!.subarray(offset, offset + length), slot.name!);
    const read = chunks.map(({ place }) =>
      packs.get(place.pack)!.subarray(place.offset, place.offset + place.length),
    );
    expect(Buffer.concat(read).equals(Buffer.concat(contents))).toBe(true);
    expect(new Set([...entry.needs].map(({ name }) => name))).toEqual(new Set(packs.keys()));
    expect(learnt.map(({ place }) => place)).toEqual([{ pack: slot.name, offset, length }]);
  });

  it('does not send a pack in which there is nothing', async () => {
    const { packer: to, packs } = packer();
    await to.seal();
    expect(packs.size).toBe(0);
  });
});

describe('the recipe of a very large object', () => {
  it('is in parts, which lead to all of its chunks in order', async () => {
    const { packer: to, packs } = packer(16 * 1024 * 1024);
    const count = RECIPE_CHUNKS_MAX * 2 + 5;
    const slot = { name: sha256(Buffer.from('an earlier pack')) };
    const recipe = new RecipeWriter(OID, count * 10, to);
    for (let i = 0; i < count; i++) {
      const hash = i.toString(16).padStart(64, '0');
      await recipe.add({ hash, rawLength: 10, kind: 0, spot: { slot, offset: 8 + i * 10, length: 10 } });
    }
    const { spot, kind } = await recipe.finish([]);
    await to.seal();
    expect(kind).toBe(RECIPE);
    const [[name, bytes] = ['', Buffer.alloc(0)]] = packs;
    const kinds = decodePack(bytes, name).records.map((record) => record.kind);
    expect(kinds).toEqual([RECIPE_PART, RECIPE_PART, RECIPE_PART, RECIPE]);
    const decoded = decodeRecipe(bytes.subarray(spot.offset, spot.offset + spot.length), name);
    expect(decoded).toMatchObject({ oid: OID, size: count * 10, chunks: [] });
    const chunks: RecipeChunk[] = [];
    const read = async ({ offset, length }: { offset: number; length: number }) =>
      bytes.subarray(offset, offset + length);
    for await (const some of recipeChunks(decoded, read)) chunks.push(...some);
    expect(chunks).toHaveLength(count);
    for (const i of [0, RECIPE_CHUNKS_MAX - 1, RECIPE_CHUNKS_MAX, count - 1]) {
      expect(chunks[i]).toMatchObject({
        hash: i.toString(16).padStart(64, '0'),
        place: { pack: slot.name, offset: 8 + i * 10 },
      });
    }
  });
});
