import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { type MemoryBackend, openMemory } from '../../../src/backend/memory.ts';
import { LodeError } from '../../../src/errors.ts';
import { TABLES, tableKey } from '../../../src/format/keys.ts';
import { lookup } from '../../../src/remote/lookup.ts';
import { openClone } from '../../support/remote-clone.ts';
import { putTable, sha256 } from '../../support/remote-fixtures.ts';

const oidOf = (index: number) => sha256(Buffer.from(`object ${index}`));
const packOf = (index: number) => sha256(Buffer.from(`pack ${index}`));

/** Objects `from` to `to - 1`, each of 100 bytes, in a pack of the given number. */
const objects = (from: number, to: number, pack: number) =>
  Array.from({ length: to - from }, (_, i) => ({
    oid: oidOf(from + i),
    kind: 0 as const,
    place: { pack: packOf(pack), offset: 8 + i * 100, length: 100 },
  }));

const tableFiles = (backend: MemoryBackend) =>
  [...backend.files.keys()].filter((key) => key.startsWith(TABLES));

describe('a look-up', () => {
  it('finds objects in all tables, and has no entry for what none knows', async () => {
    const backend = openMemory();
    const first = await putTable(backend, objects(0, 10, 1));
    await putTable(backend, objects(10, 20, 2));
    const { tables } = openClone(backend).remote;
    const found = await lookup(tables, [oidOf(3), oidOf(13), oidOf(99)]);
    expect([...found.keys()].toSorted()).toEqual([oidOf(3), oidOf(13)].toSorted());
    expect(found.get(oidOf(3))).toEqual([
      { kind: 0, place: { pack: packOf(1), offset: 308, length: 100 }, table: first },
    ]);
  });

  it('gives one place of an object, or every one', async () => {
    const backend = openMemory();
    for (const pack of [1, 2, 3]) await putTable(backend, objects(0, 10, pack));
    const { tables } = openClone(backend).remote;
    const every = await lookup(tables, [oidOf(3)], { every: true });
    expect(
      every
        .get(oidOf(3))
        ?.map(({ place }) => place.pack)
        .toSorted(),
    ).toEqual([1, 2, 3].map(packOf).toSorted());
    expect((await lookup(tables, [oidOf(3)])).get(oidOf(3))).toHaveLength(1);
  });

  it('passes over packs and tables that a mark names', async () => {
    const backend = openMemory();
    const condemned = await putTable(backend, objects(0, 10, 1));
    await putTable(backend, objects(0, 10, 2));
    const { tables } = openClone(backend).remote;
    const packs = async (skip: (name: string) => boolean) =>
      (await lookup(tables, [oidOf(3)], { every: true, skip })).get(oidOf(3))?.map(({ place }) => place.pack);
    expect(await packs((name) => name === condemned)).toEqual([packOf(2)]);
    expect(await packs((name) => name === packOf(2))).toEqual([packOf(1)]);
    expect(await packs(() => true)).toBeUndefined();
  });

  it('lists once, and reads a small table once, over many processes', async () => {
    const backend = openMemory();
    await putTable(backend, objects(0, 1000, 1));
    const first = openClone(backend);
    await lookup(first.remote.tables, [oidOf(3)]);
    await lookup(first.remote.tables, [oidOf(4)]);
    expect(first.remote.counts).toMatchObject({ list: { requests: 1 }, get: { requests: 1 } });
    const second = openClone(backend, first.folder);
    expect((await lookup(second.remote.tables, [oidOf(3)])).size).toBe(1);
    expect(second.remote.counts).toMatchObject({ list: { requests: 1 }, get: { requests: 0 } });
  });

  it('reads a large table in part for a few objects, its head and its filter once', async () => {
    const backend = openMemory();
    await putTable(backend, objects(0, 40_000, 1));
    const first = openClone(backend);
    expect((await lookup(first.remote.tables, [oidOf(30_000)])).get(oidOf(30_000))?.[0]?.place.pack).toBe(
      packOf(1),
    );
    expect(first.remote.counts.get.requests).toBeLessThanOrEqual(4);
    expect(first.remote.counts.get.bytes).toBeLessThan(150_000);
    const second = openClone(backend, first.folder);
    expect((await lookup(second.remote.tables, [oidOf(50_000)])).size).toBe(0);
    expect(second.remote.counts.get.requests).toBe(0);
    expect((await lookup(second.remote.tables, [oidOf(20_000)])).size).toBe(1);
    expect(second.remote.counts.get.requests).toBeLessThanOrEqual(2);
  });

  it('reads a filter again that is no longer as it was', async () => {
    const backend = openMemory();
    await putTable(backend, objects(0, 40_000, 1));
    const { remote, folder } = openClone(backend);
    await lookup(remote.tables, [oidOf(1)]);
    const tables = path.join(remote.cacheDir, 'tables');
    const filter = fs.readdirSync(tables).find((name) => name.endsWith('.filter'))!;
    fs.writeFileSync(path.join(tables, filter), Buffer.alloc(fs.statSync(path.join(tables, filter)).size));
    const second = openClone(backend, folder);
    expect((await lookup(second.remote.tables, [oidOf(30_000)])).size).toBe(1);
  });

  it('reads a large table whole for many objects', async () => {
    const backend = openMemory();
    await putTable(backend, objects(0, 40_000, 1));
    const { tables, counts } = openClone(backend).remote;
    const oids = Array.from({ length: 5000 }, (_, i) => oidOf(i * 8));
    expect((await lookup(tables, oids)).size).toBe(5000);
    expect(counts.get.requests).toBe(1);
  });

  it('lists again when a table has gone meanwhile, for another one supersedes it', async () => {
    const backend = openMemory();
    await putTable(backend, objects(0, 10, 1));
    const { tables, counts } = openClone(backend).remote;
    await tables.refresh();
    const [old] = tableFiles(backend);
    await putTable(backend, objects(0, 20, 1));
    backend.files.delete(old!);
    expect((await lookup(tables, [oidOf(3), oidOf(15)])).size).toBe(2);
    expect(counts.list.requests).toBe(2);
  });

  it('goes on without a table that is listed and never there', async () => {
    const backend = openMemory();
    await putTable(backend, objects(0, 10, 1));
    const stale = {
      ...backend,
      async *list(prefix: string) {
        for await (const page of backend.list(prefix)) {
          const ghost = { key: tableKey('f'.repeat(64)), size: 20_000, time: 0 };
          yield { ...page, entries: [...page.entries, ghost] };
        }
      },
    };
    const { tables, counts } = openClone(stale).remote;
    expect((await lookup(tables, [oidOf(3)], { every: true })).size).toBe(1);
    expect(counts.list.requests).toBe(4);
  });

  it('reads a cached table afresh when the copy here has rotted', async () => {
    const backend = openMemory();
    const name = await putTable(backend, objects(0, 10, 1));
    const first = openClone(backend);
    await lookup(first.remote.tables, [oidOf(3)]);
    const file = path.join(first.remote.cacheDir, 'tables', name);
    const bytes = fs.readFileSync(file);
    bytes[bytes.length - 1]! ^= 1;
    fs.writeFileSync(file, bytes);
    const second = openClone(backend, first.folder);
    expect((await lookup(second.remote.tables, [oidOf(3)])).size).toBe(1);
    expect(second.warnings).toEqual([]);
  });

  it('drops what is cached of tables that are listed no longer', async () => {
    const backend = openMemory();
    const name = await putTable(backend, objects(0, 10, 1));
    const { tables, cacheDir } = openClone(backend).remote;
    await lookup(tables, [oidOf(3)]);
    expect(fs.readdirSync(path.join(cacheDir, 'tables'))).toEqual([name]);
    backend.files.delete(tableKey(name));
    await tables.refresh();
    expect(fs.readdirSync(path.join(cacheDir, 'tables'))).toEqual([]);
  });

  it('passes a failure of the network on', async () => {
    const unreachable = new LodeError('REMOTE_UNREACHABLE', 'no route to host');
    const backend = openMemory();
    await putTable(backend, objects(0, 10, 1));
    const failing = { ...backend, get: () => Promise.reject(unreachable) };
    await expect(lookup(openClone(failing).remote.tables, [oidOf(3)])).rejects.toBe(unreachable);
  });

  it('passes a table of a later git-lode on, since what it holds cannot be known', async () => {
    const backend = openMemory();
    const name = await putTable(backend, objects(0, 10, 1));
    const bytes = Buffer.from(backend.files.get(tableKey(name))!.bytes);
    bytes[7] = 2;
    backend.files.set(tableKey(sha256(bytes)), { bytes, time: 0 });
    const { tables } = openClone(backend).remote;
    await expect(lookup(tables, [oidOf(99)])).rejects.toMatchObject({ code: 'FORMAT_UNKNOWN_VERSION' });
  });
});
