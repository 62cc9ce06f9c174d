import { describe, expect, it } from 'vitest';
import { type MemoryBackend, openMemory } from '../../../src/backend/memory.ts';
import { Chunker } from '../../../src/format/chunker.ts';
import { type Codec, loadCodec } from '../../../src/format/codec.ts';
import { packKey } from '../../../src/format/keys.ts';
import { inlineCoder } from '../../../src/remote/coder.ts';
import { PackReader } from '../../../src/remote/pack-reader.ts';
import { baseOf, type Delta, Deltas } from '../../../src/remote/push-delta.ts';
import { Candidates } from '../../../src/remote/push-delta-candidates.ts';
import { OldVersions } from '../../../src/remote/push-delta-versions.ts';
import type { PackSlot, PlacedChunk } from '../../../src/remote/push-entry.ts';
import { RecipeCache } from '../../../src/remote/recipe-cache.ts';
import { openStore } from '../../../src/store/open.ts';
import type { Store } from '../../../src/store/store.ts';
import { noise, sha256, tempFolder, text } from '../../support/remote-fixtures.ts';

const PACK: PackSlot = { name: 'a'.repeat(64) };
const codec: Codec = await loadCodec();

function placed(data: Buffer, length = codec.encode(data).bytes.length, slot = PACK): PlacedChunk {
  return { hash: sha256(data), rawLength: data.length, kind: 1, spot: { slot, offset: 8, length } };
}

function keep(store: Store, content: Buffer): string {
  const writer = store.write(content.length);
  writer.write(content);
  writer.finish(sha256(content));
  return sha256(content);
}

async function put(memory: MemoryBackend, bytes: Buffer): Promise<PackSlot> {
  const name = sha256(bytes);
  await memory.put(packKey(name), [bytes], name);
  return { name };
}

function basesWith(origins: Record<string, string>, condemned: (pack: string) => boolean = () => false) {
  const folder = tempFolder();
  const store = openStore(folder);
  const pointers = Object.entries(origins).map(([oid, from]) => [oid, [{ oid: from, size: 1 }]] as const);
  const versions = new OldVersions(new Map(pointers));
  const memory = openMemory();
  const reader = new PackReader(memory, new AbortController().signal);
  const bases = new Deltas({
    store,
    coder: inlineCoder(codec),
    recipes: new RecipeCache(`${folder}/recipes`),
    reader,
    versions,
    condemned,
  });
  return { store, versions, bases, memory };
}

describe('the chunks that a chunk may have been made from', () => {
  const chunks = [1, 2, 3, 4].map((seed) => noise(1000, seed));
  const content = Buffer.concat(chunks);
  const oldChunks = chunks.map((data, i) => ({ chunk: placed(data), offset: 1000 * i }));
  const version = { oid: sha256(content), chunks: oldChunks };
  const stored = {
    size: content.length,
    file: undefined,
    read: (offset: number, length: number) => content.subarray(offset, offset + length),
    close() {},
  };
  const edge = (head: Buffer, tail: Buffer) =>
    Buffer.concat([head.subarray(0, 24), noise(500, 9), tail.subarray(-24)]);

  it('are the one that ends alike, the one that begins alike, and the one that is next', () => {
    const candidates = new Candidates(version, stored);
    candidates.passed(sha256(chunks[0]!));
    expect(candidates.of(edge(chunks[3]!, chunks[2]!))).toEqual([oldChunks[2], oldChunks[3], oldChunks[1]]);
    expect(candidates.of(edge(chunks[1]!, chunks[1]!))).toEqual([oldChunks[1]]);
    candidates.passed(sha256(chunks[3]!));
    expect(candidates.of(noise(600, 10))).toEqual([]);
  });

  it('of many with the same edge, is the nearest', () => {
    const same = Array.from({ length: 10 }, (_, i) => edge(noise(24, 50), noise(24, 51)).fill(i, 100, 120));
    const bytes = Buffer.concat(same);
    const length = same[0]!.length;
    const old = same.map((data, i) => ({ chunk: placed(data), offset: i * length }));
    const read = (offset: number, size: number) => bytes.subarray(offset, offset + size);
    const candidates = new Candidates(
      { oid: sha256(bytes), chunks: old },
      { ...stored, size: bytes.length, read },
    );
    candidates.passed(sha256(same[5]!));
    expect(candidates.of(edge(noise(24, 50), noise(24, 51)))).toEqual([old[6]]);
  });

  it('without the version’s content, are known by their order alone', () => {
    const candidates = new Candidates(version, undefined);
    expect(candidates.of(edge(chunks[3]!, chunks[2]!))).toEqual([oldChunks[0]]);
  });
});

describe('the base of a chunk', () => {
  const old = text(200_000);
  const next = Buffer.from(old);
  next.write('an edit', 100_000);
  const nextOid = sha256(next);

  it('is the chunk of the old version, one version old', async () => {
    const { store, versions, bases } = basesWith({ [nextOid]: sha256(old) });
    versions.add(keep(store, old), placed(old), 0);
    const delta = await bases.of(nextOid)!.delta(next);
    expect(delta!.base).toEqual({ ...placed(old), age: 1 });
    expect(delta!.stored.bytes.length).toBeLessThan(100);
    expect(codec.decode(2, delta!.stored.bytes, next.length, old).equals(next)).toBe(true);
  });

  it('is the old chunk’s own base, if that has one, a version older', () => {
    const base = { ...placed(old), kind: 1 as const, age: 7 };
    expect(baseOf({ ...placed(next), kind: 2, base })).toEqual({ ...base, age: 8 });
    expect(baseOf({ ...placed(next), kind: 2, base: { ...base, age: 255 } }).age).toBe(255);
  });

  it('is the best of those that are tried, if the first does badly', async () => {
    const other = Buffer.concat([noise(150_000, 4), next.subarray(-24)]);
    const { store, versions, bases } = basesWith({
      [nextOid]: sha256(Buffer.concat([old.subarray(0, 199_990), other])),
    });
    const shorter = old.subarray(0, 199_990);
    const oid = keep(store, Buffer.concat([shorter, other]));
    versions.add(oid, placed(shorter), 0);
    versions.add(oid, placed(other), shorter.length);
    const delta = await bases.of(nextOid)!.delta(next);
    expect(delta!.base.hash).toBe(sha256(shorter));
  });

  it('is none where nothing is alike', async () => {
    const { store, versions, bases } = basesWith({ [nextOid]: sha256(noise(200_000)) });
    versions.add(keep(store, noise(200_000)), placed(noise(200_000)), 0);
    expect(await bases.of(nextOid)!.delta(next)).toBeUndefined();
  });

  it('is none in a pack that is condemned, nor where the store’s copy is damaged and the remote has none', async () => {
    const condemned = basesWith({ [nextOid]: sha256(old) }, (pack) => pack === PACK.name);
    condemned.versions.add(keep(condemned.store, old), placed(old), 0);
    expect(await condemned.bases.of(nextOid)!.delta(next)).toBeUndefined();

    const gone = basesWith({ [nextOid]: sha256(old) });
    gone.versions.add(sha256(old), placed(old), 0);
    expect(await gone.bases.of(nextOid)!.delta(next)).toBeUndefined();
  });

  it('is read from the remote, and checked, where no object here has it', async () => {
    const { versions, bases, memory } = basesWith({ [nextOid]: sha256(old) });
    const { bytes } = codec.encode(old);
    const slot = await put(memory, Buffer.concat([Buffer.alloc(8), bytes]));
    versions.add(sha256(old), placed(old, bytes.length, slot), 0);
    expect((await bases.of(nextOid)!.delta(next))!.base.hash).toBe(sha256(old));

    const wrong = basesWith({ [nextOid]: sha256(old) });
    const other = codec.encode(next).bytes.subarray(0, bytes.length);
    const elsewhere = await put(wrong.memory, Buffer.concat([Buffer.alloc(8), other, Buffer.alloc(1000)]));
    wrong.versions.add(sha256(old), placed(old, bytes.length, elsewhere), 0);
    expect(await wrong.bases.of(nextOid)!.delta(next)).toBeUndefined();
  });

  it('is forgotten with its version when the last object that was made from it is stored', () => {
    const { versions, bases } = basesWith({ [nextOid]: sha256(old), other: sha256(old) });
    versions.add(sha256(old), placed(old), 0);
    versions.done('other');
    expect(bases.of(nextOid)).toBeDefined();
    versions.done(nextOid);
    expect(bases.of(nextOid)).toBeUndefined();
  });
});

describe('rent or buy', () => {
  it('over 600 versions stores a new full chunk now and then, and deltas that grow in between', async () => {
    const lines = text(60_000).toString().split('\n');
    const contents = Array.from({ length: 600 }, (_, day) => {
      for (let i = 0; i < 12; i++)
        lines[(day * 12 + i * 211) % lines.length] =
          `${sha256(Buffer.from([day, day >> 8, i])).slice(0, 24)}`;
      return Buffer.from(lines.join('\n'));
    });
    const origins = contents.slice(1).map((content, i) => [sha256(content), sha256(contents[i]!)]);
    const { store, versions, bases } = basesWith(Object.fromEntries(origins));
    const plain = codec.encode(contents[0]!).bytes.length;
    let bytes = 0;
    let bought = 0;
    let oldest = 0;
    for (const content of contents) {
      const oid = keep(store, content);
      const delta: Delta | undefined = await bases.of(oid)?.delta(content);
      const length = delta?.stored.bytes.length ?? codec.encode(content).bytes.length;
      const chunk = placed(content, length, { name: undefined });
      versions.add(oid, delta === undefined ? chunk : { ...chunk, kind: 2, base: delta.base }, 0);
      versions.done(oid);
      bytes += length;
      oldest = Math.max(oldest, delta?.base.age ?? 0);
      if (delta === undefined) bought++;
    }
    expect(bought).toBeGreaterThan(5);
    expect(bought).toBeLessThan(120);
    expect(oldest).toBeGreaterThan(5);
    expect(oldest).toBeLessThan(255);
    expect(bytes).toBeLessThan((600 * plain) / 3);
  }, 60_000);
});

it('content that is cut again after an edit has the same edges nearly everywhere', () => {
  const cut = (content: Buffer) => {
    const chunker = new Chunker();
    return [...chunker.push(content), ...chunker.end()];
  };
  const before = noise(4_000_000);
  const after = Buffer.from(before);
  for (let at = 1000; at < after.length; at += 100_000) after.write('edited', at);
  const tails = new Set(cut(before).map((chunk) => chunk.subarray(-24).toString('latin1')));
  const found = cut(after).filter((chunk) => tails.has(chunk.subarray(-24).toString('latin1')));
  expect(found.length).toBeGreaterThan(0.9 * cut(after).length);
});
