import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openDirectory } from '../../../src/backend/directory.ts';
import { openMemory } from '../../../src/backend/memory.ts';
import { totalRequests } from '../../../src/backend/with-count.ts';
import { withFault } from '../../../src/backend/with-fault.ts';
import { LodeError } from '../../../src/errors.ts';
import { openClone } from '../../support/remote-clone.ts';
import { noise, publish, publishInParts, tempFolder, text, wantedOf } from '../../support/remote-fixtures.ts';

const KiB = 1024;
const MiB = 1024 * KiB;

function openFolder() {
  const path = tempFolder();
  return openDirectory({ kind: 'directory', url: path, path });
}

describe('a fetch', () => {
  it.each([
    ['in memory', () => openMemory()],
    ['in a directory', () => openFolder()],
  ])('brings objects of every kind: small, of one chunk, of many; %s', async (_, open) => {
    const backend = open();
    const contents = [text(275), noise(20 * KiB), text(200 * KiB, 3), noise(3 * MiB), text(5 * MiB, 5)];
    await publish(backend, contents, { packBytes: MiB });
    const { fetch, read, arrived } = openClone(backend);
    const wanted = wantedOf(contents);
    const summary = await fetch(wanted);
    expect(summary).toMatchObject({ objects: 5, missing: [] });
    expect(summary.bytes).toBe(contents.reduce((sum, { length }) => sum + length, 0));
    expect(wanted.map(({ oid }, i) => read(oid)?.equals(contents[i]!))).toEqual([
      true,
      true,
      true,
      true,
      true,
    ]);
    expect(arrived.toSorted()).toEqual(wanted.map(({ oid }) => oid).toSorted());
  });

  it('gives the bytes of any objects, however they are packed', async () => {
    const size = fc.oneof(fc.integer({ min: 1, max: 600 }), fc.integer({ min: 1, max: 700 * KiB }));
    const object = fc.record({ size, seed: fc.integer({ min: 1, max: 9 }), plain: fc.boolean() });
    const packBytes = fc.constantFrom(1, 100 * KiB, MiB);
    await fc.assert(
      fc.asyncProperty(
        fc.array(object, { minLength: 1, maxLength: 12 }),
        packBytes,
        async (objects, packBytes) => {
          const backend = openMemory();
          const contents = objects.map(({ size, seed, plain }) => (plain ? text : noise)(size, seed));
          await publish(backend, contents, { packBytes });
          const { fetch, read } = openClone(backend);
          const wanted = wantedOf(contents);
          await fetch(wanted);
          return wanted.every(({ oid }, i) => read(oid)?.equals(contents[i]!));
        },
      ),
      { numRuns: 15 },
    );
  });

  it('reads 8,000 small objects in two packs with a handful of requests', async () => {
    const backend = openMemory();
    const contents = Array.from({ length: 8000 }, (_, i) => noise(275, i + 1));
    await publish(backend, contents.slice(0, 4000));
    await publish(backend, contents.slice(4000));
    const { fetch, remote } = openClone(backend);
    const summary = await fetch(wantedOf(contents));
    expect(summary).toMatchObject({ objects: 8000, missing: [] });
    expect(remote.counts.list.requests).toBe(1);
    expect(remote.counts.get.requests).toBeLessThanOrEqual(4);
  });

  it('makes no request for objects that are in the store, and tells of each', async () => {
    const backend = openMemory();
    const contents = [text(275), noise(300 * KiB)];
    await publish(backend, contents);
    const first = openClone(backend);
    await first.fetch(wantedOf(contents));
    const again = openClone(backend, first.folder);
    const summary = await again.fetch([...wantedOf(contents), ...wantedOf(contents)]);
    expect(summary).toEqual({ objects: 0, bytes: 0, downloadedBytes: 0, missing: [] });
    expect(totalRequests(again.remote.counts)).toBe(0);
    expect(again.arrived).toHaveLength(2);
  });

  it('says which objects no table knows', async () => {
    const backend = openMemory();
    const [known, unknown] = [noise(1000, 1), noise(1000, 2)];
    await publish(backend, [known]);
    const { fetch, remote } = openClone(backend);
    const [wanted] = wantedOf([unknown]);
    const summary = await fetch([...wantedOf([known]), { ...wanted!, path: 'data/b.bin' }]);
    expect(summary).toMatchObject({
      objects: 1,
      missing: [{ ...wanted, path: 'data/b.bin', reason: 'unknown' }],
    });
    expect(remote.counts.list.requests).toBe(1);
  });

  it('finds nothing in a remote that nobody has pushed to', async () => {
    const { fetch } = openClone(openMemory());
    const summary = await fetch(wantedOf([text(100)]));
    expect(summary.missing).toMatchObject([{ reason: 'unknown' }]);
  });
});

describe('a fetch of a later version', () => {
  const old = noise(8 * MiB, 1);
  const edited = Buffer.concat([old.subarray(0, 5_000_000), noise(1000, 2), old.subarray(5_001_000)]);

  async function published() {
    const backend = openMemory();
    const { recipes } = await publish(backend, [old]);
    await publish(backend, [edited], { known: recipes });
    return backend;
  }

  it('downloads only the chunks that no object here contains', async () => {
    const backend = await published();
    const { fetch, read } = openClone(backend);
    await fetch(wantedOf([old]));
    const summary = await fetch(wantedOf([edited]));
    expect(summary.missing).toEqual([]);
    expect(summary.downloadedBytes).toBeLessThan(MiB);
    expect(read(wantedOf([edited])[0]!.oid)?.equals(edited)).toBe(true);
  });

  it('remembers the recipes in another process', async () => {
    const backend = await published();
    const first = openClone(backend);
    await first.fetch(wantedOf([old]));
    const { fetch } = openClone(backend, first.folder);
    const summary = await fetch(wantedOf([edited]));
    expect(summary.downloadedBytes).toBeLessThan(MiB);
  });

  it('takes what two versions share once if both are fetched together', async () => {
    const backend = await published();
    const { fetch } = openClone(backend);
    const summary = await fetch(wantedOf([old, edited]));
    expect(summary).toMatchObject({ objects: 2, missing: [] });
    expect(summary.downloadedBytes).toBeLessThan(9.5 * MiB);
  });

  it('downloads a chunk whose local copy has rotted', async () => {
    const backend = await published();
    const { fetch, read, damage } = openClone(backend);
    const [wantedOld, wantedNew] = wantedOf([old, edited]);
    await fetch([wantedOld!]);
    damage(wantedOld!.oid, 100_000);
    const summary = await fetch([wantedNew!]);
    expect(summary.missing).toEqual([]);
    expect(read(wantedNew!.oid)?.equals(edited)).toBe(true);
  });

  it('follows a recipe in parts, as an object of many gigabytes has one', async () => {
    const backend = openMemory();
    const known = await publishInParts(backend, old, 7);
    await publish(backend, [edited], { known: [known] });
    const { fetch, read } = openClone(backend);
    expect((await fetch(wantedOf([old]))).missing).toEqual([]);
    expect(read(wantedOf([old])[0]!.oid)?.equals(old)).toBe(true);
    const summary = await fetch(wantedOf([edited]));
    expect(summary.missing).toEqual([]);
    expect(summary.downloadedBytes).toBeLessThan(MiB);
  });

  it('reads a chunk that is coded against a chunk of the earlier version, here or not', async () => {
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
    for (const first of [[], [before]]) {
      const { fetch, read } = openClone(backend);
      await fetch(wantedOf(first));
      const summary = await fetch(wantedOf([after]));
      expect(summary.missing).toEqual([]);
      expect(read(wantedOf([after])[0]!.oid)?.equals(after)).toBe(true);
    }
  });
});

describe('a fetch while the network fails', () => {
  const unreachable = new LodeError('REMOTE_UNREACHABLE', 'no route to host');

  it('throws why, after what had arrived is in the store', async () => {
    const backend = openMemory();
    const contents = [noise(6 * MiB, 1), noise(6 * MiB, 2)];
    await publish(backend, [contents[0]!]);
    await publish(backend, [contents[1]!]);
    // Two tables, two recipes, and all but the last of the reads that the objects need.
    const failing = withFault(backend, ({ operation, earlier }) =>
      operation === 'get' && earlier >= 7 ? { error: unreachable } : undefined,
    );
    const { fetch, has } = openClone(failing);
    const wanted = wantedOf(contents);
    await expect(fetch(wanted)).rejects.toBe(unreachable);
    expect(wanted.filter(has)).toHaveLength(1);
    const { fetch: again, has: hasNow } = openClone(backend);
    await again(wanted);
    expect(wanted.map(hasNow)).toEqual([true, true]);
  });

  it('throws why if nothing can be asked at all', async () => {
    const failing = withFault(openMemory(), () => ({ error: unreachable }));
    await expect(openClone(failing).fetch(wantedOf([text(10)]))).rejects.toBe(unreachable);
  });

  it('stops when it is interrupted, and leaves no half object', async () => {
    const backend = openMemory();
    const content = noise(40 * MiB, 1);
    await publish(backend, [content]);
    const controller = new AbortController();
    const slow = withFault(backend, ({ operation, earlier }) => {
      if (operation === 'get' && earlier === 6) controller.abort();
      return undefined;
    });
    const { fetch, has, temporaryFiles } = openClone(slow);
    const wanted = wantedOf([content]);
    await expect(fetch(wanted, controller.signal)).rejects.toMatchObject({ code: 'INTERRUPTED' });
    expect(wanted.map(has)).toEqual([false]);
    expect(temporaryFiles()).toEqual([]);
  });
});

describe('a fetch of a large object that the network cuts', () => {
  const content = noise(24 * MiB, 7);
  const lost = new LodeError('REMOTE_FAILED', 'the network is gone');

  it.each([
    ['with a recipe', 1, 5],
    ['with a recipe of parts', 40, 9],
  ])('goes on the next time with what had come, %s', async (_, chunksInPart, asked) => {
    const memory = openMemory();
    if (chunksInPart === 1) await publish(memory, [content]);
    else await publishInParts(memory, content, chunksInPart);
    let reads = 0;
    const cut = withFault(memory, ({ operation, key }) =>
      operation === 'get' && key.startsWith('packs/') && ++reads > asked
        ? { when: 'before', error: lost }
        : undefined,
    );
    const { folder, fetch } = openClone(cut);
    await expect(fetch(wantedOf([content]))).rejects.toMatchObject({ code: 'REMOTE_FAILED' });
    const again = openClone(memory, folder);
    const { downloadedBytes, missing } = await again.fetch(wantedOf([content]));
    expect(missing).toEqual([]);
    expect(downloadedBytes).toBeLessThan(content.length - 6 * MiB);
    expect(again.read(wantedOf([content])[0]!.oid)?.equals(content)).toBe(true);
  });
});
