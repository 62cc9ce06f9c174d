import fs from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { CHUNK_MAX } from '../../../src/format/limits.ts';
import { type Cutter, inlineCutter } from '../../../src/remote/push-cutter.ts';
import { cutterFor, threadCutter } from '../../../src/remote/push-cutter-thread.ts';
import type { PushObject } from '../../../src/remote/push-scope.ts';
import { objectFile, storeLayout } from '../../../src/store/layout.ts';
import { type FileStore, openStore } from '../../../src/store/open.ts';
import { projectDir } from '../../support/program.ts';
import { noise, sha256, tempFolder } from '../../support/remote-fixtures.ts';
import { scratchFolder } from '../../support/scratch.ts';

const MiB = 1024 * 1024;
/** Chunks that are looked at only after the ones that follow them have been asked for. */
const UNDER_WAY = 6;

async function cutterWorker(): Promise<URL> {
  const outfile = path.join(scratchFolder(), 'push-cutter-worker.mjs');
  await build({
    entryPoints: [path.join(projectDir, 'src/remote/push-cutter-worker.ts')],
    bundle: true,
    platform: 'node',
    format: 'esm',
    outfile,
  });
  return pathToFileURL(outfile);
}

interface Setup {
  readonly store: FileStore;
  readonly sharedDir: string;
  readonly cutter: Cutter;
}

async function setUp(how: string): Promise<Setup> {
  const sharedDir = tempFolder();
  const store = openStore(sharedDir);
  const cutter =
    how === 'inline'
      ? inlineCutter(store, UNDER_WAY)
      : threadCutter(await cutterWorker(), openStore(sharedDir), sharedDir);
  onTestFinished(() => cutter.close());
  return { store, sharedDir, cutter };
}

function put(store: FileStore, contents: readonly Buffer[]): PushObject[] {
  const objects = contents.map((content, i) => {
    const writer = store.write(content.length);
    writer.write(content);
    return { oid: writer.finish(), size: content.length, blob: '0'.repeat(40), path: `${i}.bin` };
  });
  store.flush();
  return objects;
}

interface CutContent {
  readonly oid: string;
  readonly bytes: Buffer;
  readonly chunks: number;
}

/** The contents of the objects whose last chunk has come, from chunks that are read late, as an upload reads them. */
async function contentsOf(cutter: Cutter, objects: readonly PushObject[]): Promise<CutContent[]> {
  const contents: CutContent[] = [];
  const waiting: (() => void)[] = [];
  let parts: Buffer[] = [];
  for await (const item of cutter.cut(objects)) {
    waiting.push(() => {
      if ('release' in item) return item.release();
      expect(sha256(item.data)).toBe(item.hash);
      parts.push(Buffer.from(item.data));
      if (!item.last) return;
      contents.push({ oid: item.object.oid, bytes: Buffer.concat(parts), chunks: parts.length });
      parts = [];
    });
    if (waiting.length > UNDER_WAY) waiting.shift()!();
  }
  for (const take of waiting) take();
  expect(parts).toEqual([]);
  return contents;
}

describe.each(['inline', 'in a thread'])('objects that are cut %s', (how) => {
  it('come whole and in their order, whatever their sizes', async () => {
    const { store, cutter } = await setUp(how);
    const sizes = [275, 1, 100_000, CHUNK_MAX, MiB, 3, MiB + 1, 7_500_000, 40_000, 3 * MiB, 32 * 1024, 9];
    const contents = sizes.map((size, i) => noise(size, i));
    const cut = await contentsOf(cutter, put(store, contents));
    expect(cut.map(({ oid }) => oid)).toEqual(contents.map(sha256));
    for (const [i, { bytes }] of cut.entries()) expect(bytes.equals(contents[i]!)).toBe(true);
  });

  it('come in chunks of 128 KiB, more or less', async () => {
    const { store, cutter } = await setUp(how);
    const [cut] = await contentsOf(cutter, put(store, [noise(20 * MiB)]));
    expect(cut!.chunks).toBeGreaterThan(100);
    expect(cut!.chunks).toBeLessThan(220);
  });

  it('come whole where contents of one byte repeat, which have no cut but the longest', async () => {
    const { store, cutter } = await setUp(how);
    const contents = [Buffer.alloc(5 * MiB + 7, 1), Buffer.alloc(40_000, 2), Buffer.alloc(MiB, 3)];
    const cut = await contentsOf(cutter, put(store, contents));
    for (const [i, { bytes }] of cut.entries()) expect(bytes.equals(contents[i]!)).toBe(true);
  });

  it('come by the ten thousand', async () => {
    const { store, cutter } = await setUp(how);
    const contents = Array.from({ length: 10_000 }, (_, i) => Buffer.from(`content ${i}`));
    const cut = await contentsOf(cutter, put(store, contents));
    expect(cut.map(({ bytes }) => bytes.toString())).toEqual(contents.map(String));
  });

  it('are cut in one list after the other', async () => {
    const { store, cutter } = await setUp(how);
    const lists = [[noise(3_000_000, 1), noise(5, 2)], [noise(100_000, 3)]].map((each) => put(store, each));
    for (const list of lists)
      expect((await contentsOf(cutter, list)).map(({ oid }) => oid)).toEqual(list.map(({ oid }) => oid));
    expect(await contentsOf(cutter, [])).toEqual([]);
  });

  it.each([275, 100_000, 3_000_000])('are named and set aside where %i bytes have rotten', async (size) => {
    const { store, sharedDir, cutter } = await setUp(how);
    const objects = put(store, [noise(2_000_000, 7), noise(size, 8)]);
    const file = objectFile(storeLayout(sharedDir), objects[1]!.oid);
    const bytes = fs.readFileSync(file);
    bytes[size - 1]! ^= 1;
    fs.chmodSync(file, 0o644);
    fs.writeFileSync(file, bytes);
    const seen: string[] = [];
    const cut = async () => {
      for await (const item of cutter.cut(objects)) {
        if ('release' in item) item.release();
        else if (item.last) seen.push(item.object.path);
      }
    };
    await expect(cut()).rejects.toMatchObject({ code: 'OBJECT_CORRUPT', subject: '1.bin' });
    expect(seen).toEqual(['0.bin']);
    expect(fs.existsSync(file)).toBe(false);
  });

  it('are named where one is not in the store', async () => {
    const { store, cutter } = await setUp(how);
    const [object] = put(store, [noise(10)]);
    const gone = { ...object!, oid: 'a'.repeat(64), path: 'gone.bin' };
    await expect(contentsOf(cutter, [object!, gone])).rejects.toMatchObject({
      code: 'OBJECT_CORRUPT',
      subject: 'gone.bin',
    });
  });

  it('tell what the system said where one cannot be read', async () => {
    const { store, sharedDir, cutter } = await setUp(how);
    const [object] = put(store, [noise(100_000)]);
    const file = objectFile(storeLayout(sharedDir), object!.oid);
    fs.rmSync(file);
    fs.mkdirSync(file);
    await expect(contentsOf(cutter, [object!])).rejects.toMatchObject({ code: 'EISDIR' });
  });
});

it('gives the same chunks in a thread as without one, for any contents', async () => {
  const inline = await setUp('inline');
  const apart = threadCutter(await cutterWorker(), inline.store, inline.sharedDir);
  onTestFinished(() => apart.close());
  const size = fc.oneof(fc.integer({ min: 1, max: 9000 }), fc.integer({ min: 1, max: 3 * MiB }));
  const contents = fc.array(fc.record({ size, seed: fc.nat(3), even: fc.boolean() }), { maxLength: 8 });
  await fc.assert(
    fc.asyncProperty(contents, async (wanted) => {
      const objects = put(
        inline.store,
        wanted.map((each) => (each.even ? Buffer.alloc(each.size, each.seed) : noise(each.size, each.seed))),
      );
      const told = (cut: CutContent[]) => cut.map(({ bytes, ...rest }) => ({ ...rest, hash: sha256(bytes) }));
      const expected = told(await contentsOf(inline.cutter, objects));
      expect(told(await contentsOf(apart, objects))).toEqual(expected);
      expect(expected.every(({ oid, hash }) => oid === hash)).toBe(true);
    }),
    { numRuns: 15 },
  );
});

it('fails when its thread ends', async () => {
  const broken = path.join(scratchFolder(), 'broken.mjs');
  for (const contents of ['throw new Error("no memory")', 'process.exit(0)']) {
    await build({ stdin: { contents }, outfile: broken, format: 'esm' });
    const { store, sharedDir } = await setUp('inline');
    const cutter = threadCutter(pathToFileURL(broken), store, sharedDir);
    onTestFinished(() => cutter.close());
    await expect(contentsOf(cutter, put(store, [noise(10)]))).rejects.toMatchObject({ code: 'INTERNAL' });
  }
});

it('ends while its thread waits for memory', async () => {
  const { store, cutter } = await setUp('in a thread');
  const objects = put(store, [noise(30 * MiB)]);
  for await (const item of cutter.cut(objects)) {
    expect(item).toHaveProperty('data');
    break;
  }
  cutter.close();
});

it('has no thread for a few bytes, or where none is wanted', () => {
  const store = openStore(tempFolder());
  const push = { store, repository: { sharedDir: '' } } as unknown as Parameters<typeof cutterFor>[1];
  for (const [bytes, apart] of [
    [1000, true],
    [1e9, false],
  ] as const)
    expect(Symbol.iterator in cutterFor(bytes, push, { apart, width: 1 }).cut([])).toBe(true);
});
