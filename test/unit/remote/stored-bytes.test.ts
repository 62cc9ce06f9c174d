import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openMemory } from '../../../src/backend/memory.ts';
import { packKey } from '../../../src/format/keys.ts';
import type { Recipe } from '../../../src/format/recipe.ts';
import { storedBytes } from '../../../src/remote/stored-bytes.ts';
import { StoredPlaces } from '../../../src/remote/stored-places.ts';
import { silentReporter } from '../../../src/report.ts';
import { type Clone, openClone } from '../../support/remote-clone.ts';
import { noise, publish, publishInParts, text, wantedOf } from '../../support/remote-fixtures.ts';
import { upload } from '../../support/remote-push.ts';

const KiB = 1024;
const MiB = 1024 * KiB;

const place = (offset: number, length: number, pack = 'a') => ({ pack: pack.repeat(64), offset, length });

describe('places that owners share', () => {
  it('count once, for the first owner', () => {
    const places = new StoredPlaces();
    places.add(place(8, 100), 1);
    places.add(place(8, 100), 0);
    places.add(place(108, 50), 1);
    places.add(place(8, 7, 'b'), 2);
    places.add(place(8, 100), 2);
    expect(places.sums(4)).toEqual([100, 50, 7, 0]);
  });

  it('give the same sums in whatever order they come', () => {
    const lengths = [1, 2, 4, 8, 16, 2 ** 24 - 1];
    const sums = (adds: readonly (readonly [number, number])[]) => {
      const places = new StoredPlaces();
      for (const [at, owner] of adds) places.add(place(at, lengths[at]!), owner);
      return places.sums(4);
    };
    const adds = fc.array(fc.tuple(fc.nat(5), fc.nat(3)), { maxLength: 30 });
    fc.assert(
      fc.property(adds, (list) => {
        const byOwner = list.toSorted((a, b) => a[1] - b[1]);
        expect(sums(list)).toEqual(sums(byOwner));
        expect(sums(list)).toEqual(sums(byOwner.toReversed()));
        const distinct = [...new Set(list.map(([at]) => at))];
        const total = sums(list).reduce((all, each) => all + each, 0);
        expect(total).toBe(distinct.reduce((all, at) => all + lengths[at]!, 0));
      }),
      { numRuns: 40 },
    );
  });
});

describe('what the remote stores for objects', () => {
  const count = ({ remote }: Clone, contents: readonly Buffer[], signal = new AbortController().signal) =>
    storedBytes(remote, wantedOf(contents), { reporter: silentReporter, signal });
  const chunkBytes = ({ chunks }: Recipe) => chunks.reduce((sum, { place }) => sum + place.length, 0);

  it('is a small object as it lies there, and for a large one its chunks and its recipe', async () => {
    const backend = openMemory();
    const contents = [noise(275), text(100_000, 3), noise(2 * MiB, 4)];
    const { recipes, packs } = await publish(backend, contents);
    const [small, packed, large] = await count(openClone(backend), contents);
    expect(small).toBe(275);
    expect(packed).toBeLessThan(40_000);
    expect(large).toBeGreaterThan(chunkBytes(recipes[0]!));
    expect(large).toBeLessThan(chunkBytes(recipes[0]!) + 2 * KiB);
    const size = packs.reduce((sum, name) => sum + backend.files.get(packKey(name))!.bytes.length, 0);
    expect(small! + packed! + large!).toBeLessThan(size);
    expect(small! + packed! + large!).toBeGreaterThan(size - KiB);
  });

  it('counts what versions share for the first of them, and a base with the chunk that needs it', async () => {
    const before = text(600 * KiB, 3);
    const after = Buffer.concat([
      before.subarray(0, 300_000),
      Buffer.from('edited'),
      before.subarray(300_000),
    ]);
    const backend = openMemory();
    const { recipes } = await publish(backend, [before], { previous: Buffer.alloc(0) });
    const { recipes: later } = await publish(backend, [after], { known: recipes, previous: before });
    expect(later[0]!.chunks.some(({ kind }) => kind === 2)).toBe(true);
    const clone = openClone(backend);
    const [first, second] = await count(clone, [before, after]);
    const [alone] = await count(clone, [after]);
    const [newer, older] = await count(clone, [after, before]);
    expect(second).toBeLessThan(first! / 4);
    expect(alone).toBe(newer);
    expect(newer! + older!).toBe(first! + second!);
  });

  it('follows a recipe in parts', async () => {
    const content = noise(4 * MiB, 1);
    const backend = openMemory();
    const { chunks } = await publishInParts(backend, content, 5);
    const [stored] = await count(openClone(backend), [content]);
    expect(stored).toBeGreaterThan(chunkBytes({ chunks } as Recipe));
    expect(stored).toBeLessThan(chunkBytes({ chunks } as Recipe) + 4 * KiB);
  });

  it('is unknown for what the remote does not have, or has no more', async () => {
    const backend = openMemory();
    const contents = [noise(MiB, 1), noise(MiB, 2)];
    await publish(backend, [contents[0]!]);
    const { packs } = await publish(backend, [contents[1]!]);
    backend.files.delete(packKey(packs[0]!));
    const stored = await count(openClone(backend), [...contents, noise(10, 3)]);
    expect(stored).toEqual([expect.any(Number), undefined, undefined]);
    expect(await count(openClone(openMemory()), contents)).toEqual([undefined, undefined]);
  });

  it.each([0, 1])('is found in the other recipe of an object where recipe %d is damaged', async (which) => {
    const backend = openMemory();
    const content = noise(MiB, 1);
    const published = [await publish(backend, [content]), await publish(backend, [content])];
    const { packs, recipes } = published[which]!;
    const bytes = backend.files.get(packKey(packs[0]!))!.bytes;
    // The recipe is the last thing before the pack's table, a row for it and for each chunk, and its trailer.
    bytes[bytes.length - 96 - 40 * (recipes[0]!.chunks.length + 1) - 20]! ^= 1;
    const [stored] = await count(openClone(backend), [content]);
    expect(stored).toBeGreaterThan(MiB);
    expect(stored).toBeLessThan(MiB + 2 * KiB);
  });

  it('takes few requests: the recipes of a pack are read together, and none twice', async () => {
    const backend = openMemory();
    const contents = Array.from({ length: 40 }, (_, i) => noise(300 * KiB, i + 1));
    await upload(backend, contents);
    const clone = openClone(backend);
    const stored = await count(clone, contents);
    expect(stored.every((bytes) => bytes !== undefined && bytes >= 300 * KiB)).toBe(true);
    // The table, and a read of recipes for each pack.
    expect(clone.remote.counts.get.requests).toBeLessThanOrEqual(3);
    expect(clone.remote.counts.get.bytes).toBeLessThan(100 * KiB);
    const again = openClone(backend, clone.folder);
    expect(await count(again, contents)).toEqual(stored);
    expect(again.remote.counts.get.requests).toBe(0);
  });

  it('is not told to somebody who interrupts', async () => {
    const backend = openMemory();
    const content = noise(MiB, 1);
    await publish(backend, [content]);
    const controller = new AbortController();
    controller.abort();
    await expect(count(openClone(backend), [content], controller.signal)).rejects.toMatchObject({
      code: 'INTERRUPTED',
    });
  });
});
