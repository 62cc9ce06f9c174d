import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { openMemory } from '../../../src/backend/memory.ts';
import { newCounts, withCount } from '../../../src/backend/with-count.ts';
import { markKey } from '../../../src/format/keys.ts';
import { Marks } from '../../../src/remote/marks.ts';
import { mark, names } from '../../support/push-remote.ts';
import { sha256, tempFolder } from '../../support/remote-fixtures.ts';

const [PACK, TABLE, OTHER] = ['pack', 'table', 'other'].map((text) => sha256(Buffer.from(text))) as [
  string,
  string,
  string,
];

describe('the marks', () => {
  it('condemn what they name, from the time of the listing', async () => {
    const memory = openMemory({ clock: () => 77_000 });
    const marks = new Marks(memory, tempFolder());
    expect(await marks.refresh()).toBe(77_000);
    expect(marks.condemns(PACK)).toBe(false);
    await mark(memory, { packs: [PACK], tables: [TABLE] });
    expect(marks.condemns(PACK)).toBe(false);
    await marks.refresh();
    expect([PACK, TABLE, OTHER].map((name) => marks.condemns(name))).toEqual([true, true, false]);
  });

  it('are read once by each client, and known without asking afterwards', async () => {
    const memory = openMemory();
    const folder = tempFolder();
    await mark(memory, { packs: [PACK] });
    await new Marks(memory, folder).refresh();
    const counts = newCounts();
    const later = new Marks(withCount(memory, counts), folder);
    expect(later.condemns(PACK)).toBe(true);
    await later.refresh();
    expect([counts.list.requests, counts.get.requests]).toEqual([1, 0]);
  });

  it('stay in force when they are deleted, and go from the cache', async () => {
    const memory = openMemory();
    const folder = tempFolder();
    await mark(memory, { packs: [PACK] });
    const marks = new Marks(memory, folder);
    await marks.refresh();
    await memory.delete(names(memory, 'marks/').map(markKey));
    await marks.refresh();
    expect(marks.condemns(PACK)).toBe(true);
    expect(fs.readdirSync(folder)).toEqual([]);
  });

  it('are fetched again where the cached one is damaged, and are an error where the store’s is', async () => {
    const memory = openMemory();
    const folder = tempFolder();
    await mark(memory, { packs: [PACK] });
    await new Marks(memory, folder).refresh();
    const [name] = names(memory, 'marks/');
    fs.writeFileSync(path.join(folder, name!), 'rot');
    const marks = new Marks(memory, folder);
    expect(marks.condemns(PACK)).toBe(false);
    await marks.refresh();
    expect(marks.condemns(PACK)).toBe(true);
    memory.files.get(markKey(name!))!.bytes[20]! ^= 1;
    await expect(new Marks(memory, tempFolder()).refresh()).rejects.toMatchObject({ code: 'FORMAT_INVALID' });
  });
});
