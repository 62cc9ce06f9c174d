import { describe, expect, it, vi } from 'vitest';
import { openMemory } from '../../../src/backend/memory.ts';
import type { RecipeChunk } from '../../../src/format/recipe.ts';
import { LocalChunks } from '../../../src/remote/local-chunks.ts';
import { openStore } from '../../../src/store/open.ts';
import { openClone } from '../../support/remote-clone.ts';
import { noise, publish, wantedOf } from '../../support/remote-fixtures.ts';

const MiB = 1024 * 1024;
const none: ReadonlySet<string> = new Set();

/** A clone that has fetched two objects, and their recipes. */
async function fetched() {
  const backend = openMemory();
  const contents = [noise(MiB, 1), noise(MiB, 2)];
  const { recipes } = await publish(backend, contents);
  const clone = openClone(backend);
  await clone.fetch(wantedOf(contents));
  const cache = clone.remote.recipes;
  return { clone, recipes, cache, local: new LocalChunks(openStore(clone.folder), cache) };
}

describe('chunks that objects here contain', () => {
  it('are found by the recipes that are known, and read', async () => {
    const { local, recipes } = await fetched();
    const chunk = recipes[0]!.chunks[1]!;
    local.search([chunk], none);
    expect(local.has(chunk.hash, 'c'.repeat(64))).toBe(true);
    expect(local.has(chunk.hash, recipes[0]!.oid)).toBe(false);
    const start = recipes[0]!.chunks[0]!.rawLength;
    expect(local.read(chunk.hash)?.equals(noise(MiB, 1).subarray(start, start + chunk.rawLength))).toBe(true);
    local.close();
  });

  it('are not looked for in an object that has gone from the store, or is damaged', async () => {
    const { clone, local, recipes } = await fetched();
    const [chunk] = recipes[0]!.chunks;
    clone.damage(recipes[0]!.oid, 5);
    local.search([chunk!], none);
    expect(local.read(chunk!.hash)).toBeUndefined();
    local.close();
    const elsewhere = new LocalChunks(openStore(`${clone.folder}-elsewhere`), clone.remote.recipes);
    elsewhere.search([chunk!], none);
    expect(elsewhere.has(chunk!.hash, 'c'.repeat(64))).toBe(false);
  });

  it('are looked for in no more recipes than the download is long', async () => {
    const { local, cache } = await fetched();
    const place = { pack: 'a'.repeat(64), offset: 8, length: 10 };
    const tiny: RecipeChunk = { hash: 'b'.repeat(64), rawLength: 10, kind: 0, place };
    const find = vi.spyOn(cache, 'find');
    local.search([tiny], none);
    expect(find).toHaveBeenCalledTimes(1);
    local.search([{ ...tiny, place: { ...place, length: 100_000 } }], none);
    expect(find).toHaveBeenCalledTimes(3);
  });

  it('are claimed by the first object that has them, and found for the next', async () => {
    const { local } = await fetched();
    const place = { pack: 'a'.repeat(64), offset: 8, length: 10 };
    const chunk: RecipeChunk = { hash: 'b'.repeat(64), rawLength: 10, kind: 0, place };
    expect(local.claim(chunk, 'c'.repeat(64), 0)).toBe(false);
    expect(local.claim(chunk, 'c'.repeat(64), 10)).toBe(false);
    expect(local.claim(chunk, 'd'.repeat(64), 0)).toBe(true);
  });
});
