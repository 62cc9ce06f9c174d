import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loadCodec } from '../../../src/format/codec.ts';
import { decodePack, SLAB_BYTES } from '../../../src/format/pack.ts';
import { inlineCoder } from '../../../src/remote/coder.ts';
import { OldVersions } from '../../../src/remote/push-delta-versions.ts';
import type { Entry } from '../../../src/remote/push-entry.ts';
import { Packer } from '../../../src/remote/push-pack.ts';
import { PlainCoder } from '../../../src/remote/push-plain.ts';
import type { PushObject } from '../../../src/remote/push-scope.ts';
import { SmallUploader } from '../../../src/remote/push-small.ts';
import { Turns } from '../../../src/remote/push-turns.ts';
import { silentReporter } from '../../../src/report.ts';
import { type FileStore, openStore } from '../../../src/store/open.ts';
import { noise, REPOSITORY, sha256, tempFolder, text } from '../../support/remote-fixtures.ts';

interface Setup {
  readonly packBytes?: number;
  readonly signal?: AbortSignal;
  readonly versions?: OldVersions;
}

const objectOf = (content: Buffer): PushObject => ({
  oid: sha256(content),
  size: content.length,
  blob: '0'.repeat(40),
  path: 'a.bin',
});

function storeWith(contents: readonly Buffer[]): FileStore {
  const store = openStore(tempFolder());
  for (const each of contents) store.add(sha256(each), each);
  store.flush();
  return store;
}

const codec = loadCodec();

async function uploader(store: FileStore, setup: Setup = {}) {
  const { packBytes = 16 * 1024 * 1024, signal = new AbortController().signal } = setup;
  const packs = new Map<string, Buffer>();
  const packer = new Packer(
    { repository: REPOSITORY, packBytes, takeSlab: () => Buffer.allocUnsafeSlow(SLAB_BYTES) },
    { send: async ({ name, parts }) => void packs.set(name, Buffer.concat(parts)), learn() {} },
  );
  const small = new SmallUploader({
    store,
    coder: new PlainCoder(inlineCoder(await codec)),
    packer,
    versions: setup.versions ?? new OldVersions(new Map()),
    task: silentReporter.task({ title: 'Uploading' }),
    turns: new Turns(signal),
  });
  const upload = async (objects: readonly PushObject[]) => {
    const batches: (readonly Entry[])[] = [];
    for await (const batch of small.upload(objects)) batches.push(batch);
    await packer.seal();
    return batches;
  };
  /** The content at an entry's place. */
  const read = async ({ kind, spot, oid }: Entry) => {
    const pack = packs.get(spot.slot.name!)!;
    const { records } = decodePack(pack, spot.slot.name!);
    const record = records.find(({ offset }) => offset === spot.offset)!;
    expect(record).toMatchObject({ kind, hash: oid, length: spot.length, isObject: true });
    const stored = pack.subarray(spot.offset, spot.offset + spot.length);
    return (await codec).decode(kind as 0 | 1, stored, (record as { rawLength: number }).rawLength);
  };
  return { small, packs, upload, read };
}

describe('small objects', () => {
  it('are whole in their packs, whatever they are', async () => {
    const content = fc
      .record({ length: fc.integer({ min: 1, max: 16_383 }), seed: fc.nat(9), isText: fc.boolean() })
      .map(({ length, seed, isText }) => (isText ? text(length, seed + 1) : noise(length, seed)));
    const packBytes = fc.integer({ min: 1000, max: 100_000 });
    await fc.assert(
      fc.asyncProperty(fc.array(content, { maxLength: 30 }), packBytes, async (given, bytes) => {
        const contents = [...new Map(given.map((each) => [sha256(each), each])).values()];
        const { upload, read, small } = await uploader(storeWith(contents), { packBytes: bytes });
        const entries = (await upload(contents.map(objectOf))).flat();
        expect(entries.map(({ oid }) => oid)).toEqual(contents.map(sha256));
        for (const [i, entry] of entries.entries())
          expect((await read(entry)).equals(contents[i]!)).toBe(true);
        expect(small.left).toEqual([]);
      }),
      { numRuns: 30 },
    );
  });

  it('come in batches, and packs are ended before they grow too large', async () => {
    const contents = Array.from({ length: 9000 }, (_, i) => Buffer.from(`content ${i}`));
    const { upload, packs } = await uploader(storeWith(contents), { packBytes: 100_000 });
    const batches = await upload(contents.map(objectOf));
    expect(batches.map(({ length }) => length)).toEqual([4096, 4096, 808]);
    expect(packs.size).toBeGreaterThan(4);
    for (const { length } of packs.values()) expect(length).toBeLessThanOrEqual(100_040);
  });

  it('that are not here, or are not what they were, are left to others', async () => {
    const contents = [noise(100, 1), noise(200, 2), noise(300, 3)];
    const store = storeWith([contents[0]!, contents[2]!]);
    const wrong = { ...objectOf(contents[2]!), size: 299 };
    const { upload, small } = await uploader(store);
    const objects = [objectOf(contents[0]!), objectOf(contents[1]!), wrong];
    expect((await upload(objects)).flat().map(({ oid }) => oid)).toEqual([objects[0]!.oid]);
    expect(small.left).toEqual(objects.slice(1));
  });

  it('are remembered where others were made from them', async () => {
    const contents = [noise(100, 1), noise(200, 2)];
    const [first, second] = contents.map(objectOf);
    const versions = new OldVersions(new Map([['f'.repeat(64), [first!]]]));
    const { upload } = await uploader(storeWith(contents), { versions });
    const [entry] = (await upload([first!, second!])).flat();
    expect(versions.of('f'.repeat(64))).toEqual([
      {
        oid: first!.oid,
        chunks: [{ chunk: { hash: first!.oid, rawLength: 100, kind: 0, spot: entry!.spot }, offset: 0 }],
      },
    ]);
  });

  it('stop between two batches when their person says so', async () => {
    const contents = Array.from({ length: 200 }, (_, i) => noise(15_000, i));
    const controller = new AbortController();
    const { small } = await uploader(storeWith(contents), { signal: controller.signal });
    let uploaded = 0;
    const all = async () => {
      for await (const batch of small.upload(contents.map(objectOf))) {
        uploaded += batch.length;
        controller.abort();
      }
    };
    await expect(all()).rejects.toMatchObject({ code: 'INTERRUPTED' });
    expect(uploaded).toBe(70);
  });
});
