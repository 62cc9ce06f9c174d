import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Backend } from '../../../src/backend/backend.ts';
import { openMemory } from '../../../src/backend/memory.ts';
import { totalRequests } from '../../../src/backend/with-count.ts';
import { withFault } from '../../../src/backend/with-fault.ts';
import { LodeError } from '../../../src/errors.ts';
import { encodeFormatFile } from '../../../src/format/format-file.ts';
import { FORMAT_KEY, packKey } from '../../../src/format/keys.ts';
import { PackBuilder, RECIPE } from '../../../src/format/pack.ts';
import { encodeRecipe } from '../../../src/format/recipe.ts';
import { readRange } from '../../../src/remote/read-range.ts';
import { silentReporter } from '../../../src/report.ts';
import { openStore } from '../../../src/store/open.ts';
import { openClone } from '../../support/remote-clone.ts';
import {
  noise,
  publish,
  publishInParts,
  putTable,
  REPOSITORY,
  sha256,
  tempFolder,
  text,
  wantedOf,
} from '../../support/remote-fixtures.ts';

const KiB = 1024;
const MiB = 1024 * KiB;

/** Somebody who reads ranges, with a store of their own that holds nothing at first. */
function openReader(backend: Backend, folder = tempFolder()) {
  const clone = openClone(backend, folder);
  const store = openStore(folder);
  const pieces = (
    content: Buffer,
    offset: number,
    length: number,
    signal = new AbortController().signal,
  ): AsyncGenerator<Buffer> =>
    readRange(
      { oid: sha256(content), size: content.length, path: 'a.bin' },
      { offset, length },
      { store, openRemote: async () => clone.remote, reporter: silentReporter, signal },
    );
  const read = async (content: Buffer, offset: number, length: number) => {
    const all: Buffer[] = [];
    for await (const piece of pieces(content, offset, length)) all.push(piece);
    return Buffer.concat(all);
  };
  return { ...clone, store, pieces, read };
}

describe('a range of an object', () => {
  it('is the bytes that the object has there, however it is packed and wherever it begins', async () => {
    const backend = openMemory();
    const contents = [text(275), noise(20 * KiB), text(200 * KiB, 3), noise(2 * MiB, 4), text(3 * MiB, 5)];
    await publish(backend, contents, { packBytes: 500 * KiB });
    const { read } = openReader(backend);
    const part = fc.record({ which: fc.nat(4), from: fc.nat(1_000_000), to: fc.nat(1_000_000) });
    await fc.assert(
      fc.asyncProperty(part, async ({ which, from, to }) => {
        const content = contents[which]!;
        const [start, end] = [from, to]
          .sort((a, b) => a - b)
          .map((n) => Math.round((n / 1e6) * content.length));
        return (await read(content, start!, end! - start!)).equals(content.subarray(start, end));
      }),
      { numRuns: 60 },
    );
  });

  it('of 1 KB in 50 MB reads less than 1.2 MB, in a handful of requests', async () => {
    const content = noise(50_000_000, 1);
    const backend = openMemory();
    await publish(backend, [content]);
    for (const offset of [0, 33_333_333, 49_998_976]) {
      const { read, remote } = openReader(backend);
      expect((await read(content, offset, 1024)).equals(content.subarray(offset, offset + 1024))).toBe(true);
      expect(remote.counts.get.bytes).toBeLessThan(1_200_000);
      expect(remote.counts.get.requests).toBeLessThanOrEqual(4);
      expect(remote.counts.list.requests).toBe(1);
      const before = { ...remote.counts.get };
      await read(content, offset, 1024);
      expect(remote.counts.get.requests - before.requests).toBe(1);
      expect(remote.counts.get.bytes - before.bytes).toBeLessThanOrEqual(512 * KiB);
    }
  });

  it('across two chunks reads these two, in one request', async () => {
    const content = noise(8 * MiB, 1);
    const backend = openMemory();
    const { recipes } = await publish(backend, [content]);
    const [first, second, third] = recipes[0]!.chunks;
    const { read, remote } = openReader(backend);
    await read(content, 0, 1);
    const before = { ...remote.counts.get };
    const start = first!.rawLength + second!.rawLength - 5;
    expect((await read(content, start, 10)).equals(content.subarray(start, start + 10))).toBe(true);
    expect(remote.counts.get.requests - before.requests).toBe(1);
    expect(remote.counts.get.bytes - before.bytes).toBe(second!.place.length + third!.place.length);
  });

  it('that is coded against an earlier version reads the chunk and its base', async () => {
    const before = text(600 * KiB, 3);
    const edit = (version: Buffer, word: string) =>
      Buffer.concat([version.subarray(0, 300_000), Buffer.from(word), version.subarray(300_000)]);
    const after = edit(before, 'edited');
    const backend = openMemory();
    const { recipes } = await publish(backend, [before], { previous: Buffer.alloc(0) });
    const { recipes: later } = await publish(backend, [after], { known: recipes, previous: before });
    expect(later[0]!.chunks.some(({ kind }) => kind === 2)).toBe(true);
    const { read } = openReader(backend);
    expect((await read(after, 299_990, 30)).equals(after.subarray(299_990, 300_020))).toBe(true);
    expect((await read(after, 0, after.length)).equals(after)).toBe(true);
  });

  it('in a recipe of parts reads only the part that it lies in', async () => {
    const content = noise(8 * MiB, 1);
    const backend = openMemory();
    await publishInParts(backend, content, 2);
    const { read, remote } = openReader(backend);
    for (const [offset, parts] of [
      [0, 1],
      [4 * MiB, 1],
      [8 * MiB - 10, 1],
      [4 * MiB, 0],
    ] as const) {
      const before = remote.recipes.list().length;
      expect((await read(content, offset, 10)).equals(content.subarray(offset, offset + 10))).toBe(true);
      // The recipe itself comes with the first.
      expect(remote.recipes.list().length - before).toBe(before === 0 ? parts + 1 : parts);
    }
    expect((await read(content, 0, content.length)).equals(content)).toBe(true);
  });

  it('of an object in the store asks no remote', async () => {
    const content = noise(3 * MiB, 1);
    const backend = openMemory();
    await publish(backend, [content]);
    const { read, fetch, folder } = openReader(backend);
    await fetch(wantedOf([content]));
    const again = openReader(backend, folder);
    expect((await again.read(content, 1000, 2 * MiB)).equals(content.subarray(1000, 1000 + 2 * MiB))).toBe(
      true,
    );
    expect((await read(content, 0, content.length)).equals(content)).toBe(true);
    expect(totalRequests(again.remote.counts)).toBe(0);
  });

  it('takes from other objects in the store what they contain', async () => {
    const old = noise(8 * MiB, 1);
    const edited = Buffer.concat([old.subarray(0, 5_000_000), noise(1000, 2), old.subarray(5_001_000)]);
    const backend = openMemory();
    const { recipes } = await publish(backend, [old]);
    await publish(backend, [edited], { known: recipes });
    const { read, fetch, remote, has } = openReader(backend);
    await fetch(wantedOf([old]));
    const before = remote.counts.get.bytes;
    expect((await read(edited, 0, edited.length)).equals(edited)).toBe(true);
    expect(remote.counts.get.bytes - before).toBeLessThan(MiB);
    expect(has(wantedOf([edited])[0]!)).toBe(false);
  });

  it('of no bytes is nothing, and one that the object does not have is refused', async () => {
    const backend = openMemory();
    const content = text(275);
    await publish(backend, [content]);
    const { read, remote } = openReader(backend);
    expect((await read(content, 275, 0)).length).toBe(0);
    for (const [offset, length] of [
      [0, 276],
      [275, 1],
      [-1, 1],
      [0, Number.NaN],
    ] as const) {
      await expect(read(content, offset, length)).rejects.toMatchObject({ code: 'USAGE', subject: 'a.bin' });
    }
    expect(totalRequests(remote.counts)).toBe(0);
  });
});

describe('the pieces of a range', () => {
  it('stay what they are while the next ones come', async () => {
    const content = noise(24 * MiB, 1);
    const backend = openMemory();
    await publish(backend, [content]);
    const kept: Buffer[] = [];
    for await (const piece of openReader(backend).pieces(content, 0, content.length)) kept.push(piece);
    expect(Math.max(...kept.map(({ length }) => length))).toBeLessThanOrEqual(MiB);
    expect(Buffer.concat(kept).equals(content)).toBe(true);
  });

  it('are read ahead within bounds, and no more when nobody asks', async () => {
    const content = noise(48 * MiB, 1);
    const backend = openMemory();
    await publish(backend, [content]);
    const { pieces, remote } = openReader(backend);
    const reading = pieces(content, 0, content.length);
    await reading.next();
    await reading.return(undefined);
    expect(remote.counts.get.bytes).toBeLessThan(20 * MiB);
  });
});

describe('a range that cannot be had', () => {
  const content = noise(6 * MiB, 1);

  async function published() {
    const backend = openMemory();
    const { packs, recipes } = await publish(backend, [content]);
    return { backend, pack: packKey(packs[0]!), recipe: recipes[0]! };
  }

  /** Turns one bit of the chunk at the given index. */
  function damage({ backend, pack, recipe }: Awaited<ReturnType<typeof published>>, index: number) {
    backend.files.get(pack)!.bytes[recipe.chunks[index]!.place.offset + 100]! ^= 1;
  }

  it('because a chunk is damaged gives no byte of it, and says so', async () => {
    const remote = await published();
    damage(remote, 3);
    const { pieces, read } = openReader(remote.backend);
    const whole = remote.recipe.chunks.slice(0, 3).reduce((sum, { rawLength }) => sum + rawLength, 0);
    const got: Buffer[] = [];
    const reading = (async () => {
      for await (const piece of pieces(content, 0, content.length)) got.push(piece);
    })();
    await expect(reading).rejects.toMatchObject({ code: 'OBJECT_CORRUPT', subject: 'a.bin' });
    expect(Buffer.concat(got).equals(content.subarray(0, whole))).toBe(true);
    expect((await read(content, 0, whole)).equals(content.subarray(0, whole))).toBe(true);
  });

  it('from one place is read on from another, from the byte reached', async () => {
    const remote = await published();
    damage(remote, 3);
    await publish(remote.backend, [content]);
    const { read } = openReader(remote.backend);
    expect((await read(content, 1, content.length - 2)).equals(content.subarray(1, -1))).toBe(true);
  });

  it('because an object of one chunk is another is found out, although the range is a part of it', async () => {
    const backend = openMemory();
    const small = noise(1000, 2);
    const { packs } = await publish(backend, [small]);
    backend.files.get(packKey(packs[0]!))!.bytes[500]! ^= 1;
    const { read } = openReader(backend);
    await expect(read(small, 0, 10)).rejects.toMatchObject({ code: 'OBJECT_CORRUPT' });
  });

  it('because the recipe, or the copy in the store, is of other content is found out when all of it is read', async () => {
    const { backend } = await published();
    const other = noise(6 * MiB, 2);
    const { recipes } = await publish(backend, [other]);
    const named = { ...recipes[0]!, oid: sha256(noise(6 * MiB, 3)) };
    const builder = new PackBuilder(REPOSITORY);
    const bytes = encodeRecipe(named);
    const offset = builder.addRecipe(RECIPE, named.oid, bytes);
    const { name, parts } = builder.finish();
    await backend.put(packKey(name), parts, name);
    await putTable(backend, [
      { oid: named.oid, kind: RECIPE, place: { pack: name, offset, length: bytes.length } },
    ]);
    const { fetch, damage: damageStored, read } = openReader(backend);
    await expect(read(noise(6 * MiB, 3), 0, 6 * MiB)).rejects.toMatchObject({ code: 'OBJECT_CORRUPT' });
    await fetch(wantedOf([content]));
    damageStored(sha256(content), 5);
    await expect(read(content, 0, content.length)).rejects.toMatchObject({ code: 'OBJECT_CORRUPT' });
  });

  it('because no table knows the object, or nothing was ever pushed', async () => {
    const { backend } = await published();
    const unknown = noise(10, 9);
    await expect(openReader(backend).read(unknown, 0, 10)).rejects.toMatchObject({
      code: 'REMOTE_NO_BUCKET',
    });
    const format = encodeFormatFile();
    await backend.put(FORMAT_KEY, [format], sha256(format));
    await expect(openReader(backend).read(unknown, 0, 10)).rejects.toMatchObject({
      code: 'OBJECT_MISSING',
      subject: 'a.bin',
    });
  });

  it('because the network fails says why', async () => {
    const { backend } = await published();
    const unreachable = new LodeError('REMOTE_UNREACHABLE', 'no route to host');
    const failing = withFault(backend, ({ operation, earlier }) =>
      operation === 'get' && earlier >= 3 ? { error: unreachable } : undefined,
    );
    await expect(openReader(failing).read(content, 0, content.length)).rejects.toBe(unreachable);
  });

  it('because it is interrupted, wherever it comes from', async () => {
    const { backend } = await published();
    const { pieces, fetch } = openReader(backend);
    const stop = async () => {
      const controller = new AbortController();
      const reading = pieces(content, 0, content.length, controller.signal);
      await reading.next();
      controller.abort(new LodeError('INTERRUPTED', 'interrupted'));
      for await (const _ of reading);
    };
    await expect(stop()).rejects.toMatchObject({ code: 'INTERRUPTED' });
    await fetch(wantedOf([content]));
    await expect(stop()).rejects.toMatchObject({ code: 'INTERRUPTED' });
  });
});
