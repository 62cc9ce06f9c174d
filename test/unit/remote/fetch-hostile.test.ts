import { describe, expect, it } from 'vitest';
import { type MemoryBackend, openMemory } from '../../../src/backend/memory.ts';
import { withFault } from '../../../src/backend/with-fault.ts';
import { LodeError } from '../../../src/errors.ts';
import { PACKS, packKey, tableKey } from '../../../src/format/keys.ts';
import { RECIPE } from '../../../src/format/pack.ts';
import { encodeRecipe } from '../../../src/format/recipe.ts';
import { openClone } from '../../support/remote-clone.ts';
import { noise, publish, putNamed, putTable, sha256, text, wantedOf } from '../../support/remote-fixtures.ts';

const KiB = 1024;
const MiB = 1024 * KiB;
const HTML = Buffer.from('<!doctype html><title>Sign in to the hotel network</title>'.repeat(9));

/** Two remote objects; the pack of the first is at the mercy of the test. */
async function twoObjects() {
  const backend = openMemory();
  const contents = [noise(MiB, 1), noise(MiB, 2)];
  const victim = (await publish(backend, [contents[0]!])).packs[0]!;
  await publish(backend, [contents[1]!]);
  return { backend, contents, wanted: wantedOf(contents), victim: packKey(victim) };
}

function replace(backend: MemoryBackend, key: string, bytes: Buffer): void {
  backend.files.set(key, { bytes, time: 1 });
}

describe('a pack that is not what its name says', () => {
  it.each([
    ['another pack', (bytes: Buffer) => noise(bytes.length, 9)],
    ['a web page', () => HTML],
    ['cut off', (bytes: Buffer) => bytes.subarray(0, 1000)],
    ['empty', () => Buffer.alloc(0)],
    [
      'one byte wrong',
      (bytes: Buffer) =>
        Buffer.concat([bytes.subarray(0, 500), Buffer.of(bytes[500]! ^ 1), bytes.subarray(501)]),
    ],
  ])('costs only the objects in it: %s', async (_, damage) => {
    const { backend, wanted, contents, victim } = await twoObjects();
    replace(backend, victim, damage(backend.files.get(victim)!.bytes));
    const { fetch, has, read, warnings, temporaryFiles } = openClone(backend);
    const summary = await fetch(wanted);
    expect(summary.missing).toEqual([{ ...wanted[0], reason: 'corrupt' }]);
    expect(wanted.map(has)).toEqual([false, true]);
    expect(read(wanted[1]!.oid)?.equals(contents[1]!)).toBe(true);
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain(victim);
    expect(temporaryFiles()).toEqual([]);
  });

  it('is passed over for another place of the object', async () => {
    const { backend, wanted, contents, victim } = await twoObjects();
    replace(backend, victim, noise(backend.files.get(victim)!.bytes.length, 9));
    await publish(backend, [contents[0]!]);
    const { fetch } = openClone(backend);
    expect((await fetch(wanted)).missing).toEqual([]);
  });

  it('is told of once, however many objects it should hold', async () => {
    const backend = openMemory();
    const contents = Array.from({ length: 500 }, (_, i) => noise(40 * KiB, i + 1));
    const { packs } = await publish(backend, contents, { packBytes: 8 * MiB });
    for (const pack of packs) {
      replace(backend, packKey(pack), noise(backend.files.get(packKey(pack))!.bytes.length, 9));
    }
    const { fetch, warnings } = openClone(backend);
    expect((await fetch(wantedOf(contents))).missing).toHaveLength(500);
    expect(warnings).toHaveLength(packs.length);
  });

  it('is tried again by the next fetch, with nothing of it remembered', async () => {
    const { backend, wanted, victim } = await twoObjects();
    const sound = backend.files.get(victim)!.bytes;
    replace(backend, victim, Buffer.concat([Buffer.alloc(MiB), sound.subarray(MiB)]));
    const first = openClone(backend);
    expect((await first.fetch(wanted)).missing).toHaveLength(1);
    replace(backend, victim, sound);
    expect((await openClone(backend, first.folder).fetch(wanted)).missing).toEqual([]);
  });
});

describe('a pack that has gone', () => {
  it('is passed over for another place of the object', async () => {
    const { backend, wanted, contents, victim } = await twoObjects();
    await publish(backend, [contents[0]!]);
    backend.files.delete(victim);
    const { fetch, remote } = openClone(backend);
    expect((await fetch(wanted)).missing).toEqual([]);
    expect(remote.counts.list.requests).toBe(1);
  });

  it('is looked for in a new listing, since a repack may have moved what it held', async () => {
    const { backend, wanted, contents, victim } = await twoObjects();
    backend.files.delete(victim);
    let listings = 0;
    const moving = {
      ...backend,
      async *list(prefix: string, after?: string) {
        listings += 1;
        if (listings === 3) await publish(backend, [contents[0]!]);
        yield* backend.list(prefix, after);
      },
    };
    const { fetch } = openClone(moving);
    expect((await fetch(wanted)).missing).toEqual([]);
    expect(listings).toBe(3);
  });

  it('is reported after three more listings, and everything else is brought', async () => {
    const { backend, wanted, victim } = await twoObjects();
    backend.files.delete(victim);
    const { fetch, remote, has } = openClone(backend);
    const summary = await fetch(wanted);
    expect(summary.missing).toEqual([{ ...wanted[0], reason: 'gone' }]);
    expect(wanted.map(has)).toEqual([false, true]);
    expect(remote.counts.list.requests).toBe(4);
  });
});

describe('tables and recipes that lie', () => {
  const content = text(20 * KiB);
  const oid = sha256(content);
  const wanted = { oid, size: content.length };
  const elsewhere = { pack: 'a'.repeat(64), offset: 8, length: 1000 };

  async function fetchFrom(backend: MemoryBackend) {
    const packsRead: string[] = [];
    const watched = withFault(backend, ({ operation, key }) => {
      if (operation === 'get' && key.startsWith(PACKS)) packsRead.push(key);
      return undefined;
    });
    const { fetch, temporaryFiles } = openClone(watched);
    const { missing } = await fetch([wanted]);
    expect(temporaryFiles()).toEqual([]);
    return { reason: missing[0]?.reason, packsRead };
  }

  it('a small object that is stored longer than it is, is not read', async () => {
    const backend = openMemory();
    await putTable(backend, [{ oid, kind: 1, place: { ...elsewhere, length: 30 * MiB } }]);
    const { reason, packsRead } = await fetchFrom(backend);
    expect(reason).toBe('corrupt');
    expect(packsRead).toEqual([]);
  });

  it('a recipe that is longer than any, is not read', async () => {
    const backend = openMemory();
    await putTable(backend, [{ oid, kind: RECIPE, place: { ...elsewhere, length: 30 * MiB } }]);
    const { reason, packsRead } = await fetchFrom(backend);
    expect(reason).toBe('corrupt');
    expect(packsRead).toEqual([]);
  });

  it.each([
    ['of another object', { oid: 'b'.repeat(64), size: 20 * KiB }],
    ['of another size', { oid, size: 30 * KiB }],
  ])('a recipe %s is not followed', async (_, { oid: named, size }) => {
    const backend = openMemory();
    const chunk = { hash: oid, rawLength: size, kind: 0 as const, place: { ...elsewhere, length: size } };
    const recipe = encodeRecipe({ oid: named, size, chunks: [chunk], parts: [] });
    const pack = await putNamed(backend, packKey, Buffer.concat([Buffer.alloc(8), recipe]));
    await putTable(backend, [{ oid, kind: RECIPE, place: { pack, offset: 8, length: recipe.length } }]);
    expect((await fetchFrom(backend)).reason).toBe('corrupt');
  });

  it('a chunk that unpacks to more than it should is refused', async () => {
    const backend = openMemory();
    const { packs } = await publish(backend, [Buffer.alloc(400 * KiB)]);
    const { size } = (await backend.head(packKey(packs[0]!))).found!;
    await putTable(backend, [
      { oid, kind: 1, place: { pack: packs[0]!, offset: 8, length: Math.min(size, 64) } },
    ]);
    expect((await fetchFrom(backend)).reason).toBe('corrupt');
  });

  it.each([
    ['is a web page', HTML],
    ['is empty', Buffer.alloc(0)],
    ['is noise', noise(64 * KiB)],
  ])('a table that %s is passed over with a warning', async (_, bytes) => {
    const backend = openMemory();
    await publish(backend, [content]);
    replace(backend, tableKey('c'.repeat(64)), bytes);
    const { fetch, warnings } = openClone(backend);
    expect((await fetch([wanted])).missing).toEqual([]);
    expect(warnings.filter((line) => line.includes('c'.repeat(64)))).toHaveLength(bytes.length > 0 ? 1 : 0);
  });

  it('a format file of a later version is refused before anything else is read', async () => {
    const backend = openMemory();
    replace(backend, 'git-lode.json', Buffer.from('{"format":"git-lode","version":2}'));
    const { fetch, remote } = openClone(backend);
    await expect(fetch([wanted])).rejects.toMatchObject({ code: 'FORMAT_UNKNOWN_VERSION' });
    expect(remote.counts.get.requests).toBe(1);
  });

  it.each([
    ['a web page', HTML],
    ['too long', Buffer.alloc(MiB, 0x20)],
    ['empty', Buffer.alloc(0)],
  ])('a format file that is %s is refused', async (_, bytes) => {
    const backend = openMemory();
    replace(backend, 'git-lode.json', bytes);
    const error = await openClone(backend)
      .fetch([wanted])
      .catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(LodeError);
    expect(error).toMatchObject({ code: 'FORMAT_INVALID' });
  });
});
