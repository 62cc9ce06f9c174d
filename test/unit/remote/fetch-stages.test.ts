import { describe, expect, it } from 'vitest';
import { RECIPE } from '../../../src/format/pack.ts';
import type { Place } from '../../../src/format/recipe.ts';
import { download } from '../../../src/remote/fetch-download.ts';
import { Job } from '../../../src/remote/fetch-job.ts';
import { batches, type Piece } from '../../../src/remote/fetch-pieces.ts';
import { type Window, windowsOf } from '../../../src/remote/fetch-windows.ts';
import type { PackReader } from '../../../src/remote/pack-reader.ts';
import { Ranges } from '../../../src/remote/ranges.ts';

const KiB = 1024;
const MiB = 1024 * KiB;

const placeAt = (offset: number, length: number, pack = 'a'): Place => ({
  pack: pack.repeat(64),
  offset,
  length,
});
const jobAt = (place: Place, kind: 0 | typeof RECIPE = 0) =>
  new Job({ oid: 'b'.repeat(64), size: place.length }, { kind, place, table: 'c'.repeat(64) });

function pieceAt(place: Place, more: Partial<Piece> = {}): Piece {
  const chunk = { hash: 'd'.repeat(64), rawLength: place.length, kind: 0 as const, place };
  return {
    job: jobAt(place),
    chunk,
    offset: 0,
    chunkHere: false,
    baseHere: false,
    inPartial: false,
    last: true,
    ...more,
  };
}

async function* from<T>(...items: T[]): AsyncGenerator<T> {
  yield* items;
}

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const result: T[] = [];
  for await (const item of items) result.push(item);
  return result;
}

describe('windows', () => {
  it('read neighbours together, 4 MiB in all', async () => {
    const pieces = Array.from({ length: 100 }, (_, i) => pieceAt(placeAt(8 + i * 128 * KiB, 128 * KiB)));
    const windows = await all(windowsOf(from(pieces), 4 * MiB));
    expect(windows.flatMap(({ pieces }) => pieces)).toEqual(pieces);
    const lengths = windows.map(({ reads }) => reads.map(({ length }) => length / (128 * KiB)));
    expect(lengths).toEqual([[31], [31], [31], [7]]);
  });

  it('read a chunk that is needed many times once', async () => {
    const zeros = placeAt(8, 400);
    const pieces = Array.from({ length: 8000 }, () => pieceAt(zeros));
    const windows = await all(windowsOf(from(pieces), 4 * MiB));
    expect(windows).toHaveLength(1);
    expect(windows[0]!.reads).toEqual([zeros]);
  });

  it('read no chunk that is here, and no base that is here', async () => {
    const base = { hash: 'e'.repeat(64), rawLength: 100, kind: 0 as const, place: placeAt(8, 100), age: 1 };
    const own = placeAt(MiB, 50);
    const chunk = { hash: 'f'.repeat(64), rawLength: 100, kind: 2 as const, place: own, base };
    const reads = async (more: Partial<Piece>) =>
      (await all(windowsOf(from([pieceAt(own, { chunk, ...more })]), 4 * MiB))).flatMap(({ reads }) => reads);
    expect(await reads({})).toEqual([base.place, own]);
    expect(await reads({ baseHere: true })).toEqual([own]);
    expect(await reads({ chunkHere: true })).toEqual([]);
  });

  it('leave out the pieces of an object that has failed', async () => {
    const failed = pieceAt(placeAt(8, 100));
    failed.job.failure = 'gone';
    expect(await all(windowsOf(from([failed]), 4 * MiB))).toEqual([]);
  });
});

describe('downloading', () => {
  it('reads four windows ahead, in order, into as many buffers', async () => {
    const windows: Window[] = Array.from({ length: 40 }, (_, i) => ({
      pieces: [],
      reads: [placeAt(8 + i * 3 * MiB, 3 * MiB)],
    }));
    const buffers = new Set<unknown>();
    let begun = 0;
    let consumed = 0;
    const reader = {
      readAll: async (_: unknown, into: unknown) => {
        buffers.add(into);
        begun += 1;
        expect(begun - consumed).toBeLessThanOrEqual(4);
        return new Ranges([]);
      },
    } as unknown as PackReader;
    const seen: Window[] = [];
    for await (const { window } of download(from(...windows), reader, { windows: 4, windowBytes: 4 * MiB })) {
      seen.push(window);
      consumed += 1;
    }
    expect(seen).toEqual(windows);
    expect(buffers.size).toBe(4);
  });
});

describe('batches of recipes', () => {
  it('hold 2 MiB of recipes at the most, and one recipe at least', () => {
    const jobs = [0, 1, 2, 3, 4].map((i) => jobAt(placeAt(8 + i * MiB, MiB), RECIPE));
    expect([...batches(jobs)].map((batch) => batch.length)).toEqual([1, 2, 2]);
    expect([...batches([jobAt(placeAt(8, 6 * MiB), RECIPE)])]).toHaveLength(1);
  });
});
