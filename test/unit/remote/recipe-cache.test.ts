import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { RECIPE, RECIPE_PART } from '../../../src/format/pack.ts';
import { RecipeCache } from '../../../src/remote/recipe-cache.ts';
import { noise, tempFolder } from '../../support/remote-fixtures.ts';

const place = (offset: number, length: number) => ({ pack: 'a'.repeat(64), offset, length });
const files = (folder: string) => fs.readdirSync(folder).map((name) => path.join(folder, name));

describe('the cache of recipes', () => {
  it('gives back what was added, at once and in later processes', () => {
    const folder = tempFolder();
    const cache = new RecipeCache(folder);
    cache.add(RECIPE, place(8, 100), noise(100, 1));
    cache.add(RECIPE_PART, place(108, 50), noise(50, 2));
    expect(cache.find(place(8, 100))?.equals(noise(100, 1))).toBe(true);
    cache.flush();
    const later = new RecipeCache(folder);
    expect(later.find(place(8, 100))?.equals(noise(100, 1))).toBe(true);
    expect(later.find(place(108, 50))?.equals(noise(50, 2))).toBe(true);
    expect(later.find(place(8, 99))).toBeUndefined();
    expect(later.list().map(({ kind }) => kind)).toEqual([RECIPE_PART, RECIPE]);
  });

  it('merges its files when there are many', () => {
    const folder = tempFolder();
    for (let i = 0; i < 40; i++) {
      const cache = new RecipeCache(folder);
      cache.add(RECIPE, place(8 + i * 100, 100), noise(100, i + 1));
      cache.flush();
    }
    expect(files(folder).length).toBeLessThanOrEqual(16);
    const cache = new RecipeCache(folder);
    for (let i = 0; i < 40; i++)
      expect(cache.find(place(8 + i * 100, 100))?.equals(noise(100, i + 1))).toBe(true);
  });

  it('keeps the newest when it is full', () => {
    const folder = tempFolder();
    const length = 5 * 1024 * 1024;
    const cache = new RecipeCache(folder);
    for (let i = 0; i < 20; i++) cache.add(RECIPE, place(8 + i * length, length), Buffer.alloc(length, i));
    cache.flush();
    const total = files(folder).reduce((sum, file) => sum + fs.statSync(file).size, 0);
    expect(total).toBeLessThan(90 * 1024 * 1024);
    expect(cache.find(place(8 + 19 * length, length))?.[0]).toBe(19);
    expect(cache.find(place(8, length))).toBeUndefined();
  });

  it('forgets what is dropped, and nothing else', () => {
    const folder = tempFolder();
    const cache = new RecipeCache(folder);
    cache.add(RECIPE, place(8, 100), noise(100, 1));
    cache.flush();
    cache.add(RECIPE, place(108, 100), noise(100, 2));
    cache.drop([place(8, 100), place(999, 1)]);
    const later = new RecipeCache(folder);
    expect(later.find(place(8, 100))).toBeUndefined();
    expect(later.find(place(108, 100))?.equals(noise(100, 2))).toBe(true);
  });

  it('survives files that are cut off, foreign or taken away while it is open', () => {
    const folder = tempFolder();
    const cache = new RecipeCache(folder);
    cache.add(RECIPE, place(8, 100), noise(100, 1));
    cache.add(RECIPE, place(108, 100), noise(100, 2));
    cache.flush();
    const [file] = files(folder);
    fs.truncateSync(file!, 200);
    fs.writeFileSync(path.join(folder, 'README'), 'not ours');
    const later = new RecipeCache(folder);
    expect(later.find(place(8, 100))?.equals(noise(100, 1))).toBe(true);
    expect(later.find(place(108, 100))).toBeUndefined();
    fs.rmSync(file!);
    expect(later.find(place(8, 100))).toBeUndefined();
  });
});
