// What every backend must do, as src/backend/backend.ts says it. One suite, run by one file for each implementation.
import { createHash, randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Backend, ListEntry } from '../../src/backend/backend.ts';
import { SLICE } from '../../src/backend/slices.ts';

export interface Opened {
  readonly backend: Backend;
  close(): Promise<void>;
}

export const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

export async function allEntries(backend: Backend, prefix: string, after?: string): Promise<ListEntry[]> {
  const entries: ListEntry[] = [];
  for await (const page of backend.list(prefix, after)) entries.push(...page.entries);
  return entries;
}

/** Registers the suite for the backend that `open` answers. `keys` is how many files the test of long lists writes. */
export function backendContract(name: string, open: () => Promise<Opened>, keys = 1_100): void {
  describe(`${name} keeps the contract of a backend`, () => {
    let opened: Opened;
    let backend: Backend;
    // A shared store may hold what an earlier run left: every run has names of its own.
    const run = randomBytes(6).toString('hex');
    const put = (key: string, bytes: Buffer) => backend.put(key, [bytes], sha256(bytes));

    beforeAll(async () => {
      opened = await open();
      backend = opened.backend;
    });
    afterAll(async () => {
      await opened?.close();
    });

    it('gives back what was put, byte for byte', async () => {
      const bytes = randomBytes(5_000);
      expect((await put(`a/${run}`, bytes)).outcome).toBe('created');
      expect((await backend.get(`a/${run}`)).bytes.equals(bytes)).toBe(true);
    });

    it('stores a body of many parts that is longer than a slice', async () => {
      const parts = [
        randomBytes(1),
        randomBytes(SLICE),
        randomBytes(0),
        randomBytes(700),
        randomBytes(SLICE),
      ];
      const whole = Buffer.concat(parts);
      await backend.put(`parts/${run}`, parts, sha256(whole));
      expect((await backend.get(`parts/${run}`)).bytes.equals(whole)).toBe(true);
    });

    it('stores an empty file', async () => {
      await backend.put(`empty/${run}`, [], sha256(Buffer.alloc(0)));
      expect((await backend.get(`empty/${run}`)).bytes.length).toBe(0);
      expect((await backend.head(`empty/${run}`)).found?.size).toBe(0);
    });

    it('reads a range, up to the last byte', async () => {
      const bytes = randomBytes(1_000);
      await put(`range/${run}`, bytes);
      const read = async (offset: number, length: number) =>
        (await backend.get(`range/${run}`, { offset, length })).bytes;
      expect((await read(0, 1)).equals(bytes.subarray(0, 1))).toBe(true);
      expect((await read(10, 500)).equals(bytes.subarray(10, 510))).toBe(true);
      expect((await read(999, 1)).equals(bytes.subarray(999))).toBe(true);
      expect((await read(0, 1_000)).equals(bytes)).toBe(true);
    });

    it('refuses a range that the file does not hold whole', async () => {
      await put(`short/${run}`, randomBytes(10));
      for (const range of [
        { offset: 5, length: 6 },
        { offset: 10, length: 1 },
        { offset: 1_000, length: 1 },
      ]) {
        await expect(backend.get(`short/${run}`, range)).rejects.toMatchObject({ code: 'REMOTE_FORMAT' });
      }
    });

    it('refuses a range that is none, as a damaged table may ask for it', async () => {
      await put(`none/${run}`, randomBytes(10));
      for (const range of [
        { offset: -1, length: 2 },
        { offset: 0, length: 0 },
        { offset: 0.5, length: 1 },
        { offset: 0, length: 2 ** 40 },
        { offset: Number.NaN, length: 1 },
      ]) {
        await expect(backend.get(`none/${run}`, range)).rejects.toMatchObject({ code: 'REMOTE_FORMAT' });
      }
    });

    it('says KEY_MISSING for a file that is not there', async () => {
      await expect(backend.get(`nowhere/${run}`)).rejects.toMatchObject({ code: 'KEY_MISSING' });
      await expect(backend.get(`nowhere/${run}`, { offset: 0, length: 1 })).rejects.toMatchObject({
        code: 'KEY_MISSING',
      });
      expect((await backend.head(`nowhere/${run}`)).found).toBeUndefined();
    });

    it('leaves a file alone that is put a second time', async () => {
      const bytes = randomBytes(100);
      await put(`twice/${run}`, bytes);
      const before = (await backend.head(`twice/${run}`)).found;
      expect((await put(`twice/${run}`, bytes)).outcome).toBe('exists');
      expect((await backend.head(`twice/${run}`)).found).toEqual(before);
    });

    it('refuses to put other bytes of another size under a name that is taken', async () => {
      const bytes = randomBytes(100);
      await put(`taken/${run}`, bytes);
      await expect(put(`taken/${run}`, randomBytes(99))).rejects.toMatchObject({ code: 'REMOTE_FORMAT' });
      expect((await backend.get(`taken/${run}`)).bytes.equals(bytes)).toBe(true);
    });

    it('lets two put the same file at once', async () => {
      const bytes = randomBytes(50_000);
      const outcomes = await Promise.all([1, 2, 3, 4].map(() => put(`race/${run}`, bytes)));
      expect(outcomes.map(({ outcome }) => outcome)).toContain('created');
      expect((await backend.get(`race/${run}`)).bytes.equals(bytes)).toBe(true);
    });

    it('refuses a body that does not have the digest, and stores nothing', async () => {
      const wrong = sha256(randomBytes(5));
      await expect(backend.put(`wrong/${run}`, [randomBytes(5)], wrong)).rejects.toMatchObject({
        code: 'REMOTE_FAILED',
      });
      expect((await backend.head(`wrong/${run}`)).found).toBeUndefined();
    });

    it('tells size and time of a file, by its own clock', async () => {
      await put(`head/${run}`, randomBytes(7));
      const { found, now } = await backend.head(`head/${run}`);
      expect(found?.size).toBe(7);
      // S3 tells whole seconds.
      expect(found!.time).toBeLessThanOrEqual(now + 1_000);
      expect(found!.time).toBeGreaterThan(now - 60_000);
    });

    it('lists the keys of a prefix in byte order, with size and time', async () => {
      const names = ['a-1', 'a.1', 'a/1', 'a0', 'a00', 'b', 'b-/x', 'b./y'].map(
        (name) => `order/${run}/${name}`,
      );
      for (const [index, name] of [...names].reverse().entries()) await put(name, randomBytes(index + 1));
      await put(`order/${run}x`, randomBytes(1));
      const entries = await allEntries(backend, `order/${run}/`);
      expect(entries.map(({ key }) => key)).toEqual(names);
      expect(entries.map(({ size }) => size)).toEqual([8, 7, 6, 5, 4, 3, 2, 1]);
      const { found, now } = await backend.head(names[0]!);
      expect(Math.abs(entries[0]!.time - found!.time)).toBeLessThan(1_000);
      expect(entries[0]!.time).toBeLessThanOrEqual(now + 1_000);
    });

    it('lists by a prefix that ends within a name, and behind a key', async () => {
      for (const name of ['aa', 'ab', 'ab/x', 'b']) {
        // No key is another key's folder.
        await put(`part/${run}/${name.replace('ab/x', 'abc/x')}`, randomBytes(3));
      }
      const base = `part/${run}/`;
      const keysOf = async (prefix: string, after?: string) =>
        (await allEntries(backend, base + prefix, after && base + after)).map(({ key }) =>
          key.slice(base.length),
        );
      expect(await keysOf('a')).toEqual(['aa', 'ab', 'abc/x']);
      expect(await keysOf('ab')).toEqual(['ab', 'abc/x']);
      expect(await keysOf('', 'aa')).toEqual(['ab', 'abc/x', 'b']);
      expect(await keysOf('', 'abb')).toEqual(['abc/x', 'b']);
      expect(await keysOf('a', 'b')).toEqual([]);
    });

    it('lists an empty prefix as one empty page that tells the time', async () => {
      const pages = [];
      for await (const page of backend.list(`nothing/${run}/`)) pages.push(page);
      expect(pages).toHaveLength(1);
      expect(pages[0]!.entries).toEqual([]);
      expect(pages[0]!.now).toBeGreaterThan(Date.UTC(2024));
    });

    it(`lists ${keys} files, more than a page, each once`, async () => {
      const names = Array.from(
        { length: keys },
        (_, index) => `many/${run}/${String(index).padStart(5, '0')}`,
      );
      const waiting = [...names];
      const worker = async () => {
        for (let name = waiting.pop(); name !== undefined; name = waiting.pop())
          await put(name, Buffer.from('x'));
      };
      await Promise.all(Array.from({ length: 16 }, worker));
      expect((await allEntries(backend, `many/${run}/`)).map(({ key }) => key)).toEqual(names);
      await backend.delete(names);
      expect(await allEntries(backend, `many/${run}/`)).toEqual([]);
    });

    it('removes files, and does not mind those that are gone', async () => {
      await put(`gone/${run}/1`, randomBytes(1));
      await put(`gone/${run}/2`, randomBytes(1));
      await backend.delete([`gone/${run}/1`, `gone/${run}/never`]);
      await backend.delete([]);
      expect((await allEntries(backend, `gone/${run}/`)).map(({ key }) => key)).toEqual([`gone/${run}/2`]);
    });

    it('refuses keys that could lead elsewhere', async () => {
      const body = [Buffer.from('x')];
      for (const key of [
        '',
        '/a',
        'a/',
        'a//b',
        '../a',
        'a/../b',
        'a/./b',
        '.a',
        'A',
        'a b',
        'a\nb',
        'a\\b',
        '_tmp/a',
      ]) {
        await expect(backend.get(key), key).rejects.toMatchObject({ code: 'PATH_UNSAFE' });
        await expect(backend.put(key, body, sha256(body[0]!)), key).rejects.toMatchObject({
          code: 'PATH_UNSAFE',
        });
        await expect(backend.head(key), key).rejects.toMatchObject({ code: 'PATH_UNSAFE' });
        await expect(backend.delete([key]), key).rejects.toMatchObject({ code: 'PATH_UNSAFE' });
      }
      await expect(allEntries(backend, '../')).rejects.toMatchObject({ code: 'PATH_UNSAFE' });
    });

    it('hands out memory that shares nothing', async () => {
      const bytes = Buffer.from('original');
      await put(`own/${run}`, bytes);
      const first = await backend.get(`own/${run}`);
      expect(first.bytes.buffer.byteLength).toBe(first.bytes.length);
      first.bytes.fill(0);
      expect((await backend.get(`own/${run}`)).bytes.toString()).toBe('original');
    });
  });
}
