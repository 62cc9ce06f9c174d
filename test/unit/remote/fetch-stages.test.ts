import { setImmediate } from 'node:timers/promises';
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

/** An object of that size in chunks of 128 KiB, one behind the other. */
function piecesOfObject(start: number, size: number): Piece[] {
  const job = jobAt(placeAt(start, size));
  return Array.from({ length: size / (128 * KiB) }, (_, i) => {
    const offset = i * 128 * KiB;
    const last = offset + 128 * KiB === size;
    return { ...pieceAt(placeAt(start + offset, 128 * KiB)), job, offset, last };
  });
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

  it('end with a pack, unless that leaves them half empty', async () => {
    const sizes = async (...bytes: number[]) => {
      const pieces = bytes.map((length, i) => pieceAt(placeAt(8, length, 'abc'[i])));
      const windows = await all(windowsOf(from(pieces), 4 * MiB));
      return windows.map(({ reads }) => reads.map(({ length }) => length / KiB));
    };
    expect(await sizes(3 * MiB, 3 * MiB)).toEqual([[3072], [3072]]);
    expect(await sizes(2.5 * MiB, MiB, 3 * MiB)).toEqual([[2560], [1024], [3072]]);
    expect(await sizes(MiB, 2.5 * MiB, MiB)).toEqual([[1024, 2560], [1024]]);
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

  it('hold small objects whole, and say that they may be taken before others', async () => {
    const slices = Array.from({ length: 20 }, (_, i) => piecesOfObject(8 + i * 768 * KiB, 768 * KiB));
    const windows = await all(windowsOf(from(...slices), 4 * MiB));
    expect(windows.map(({ pieces }) => pieces.length / 6)).toEqual([5, 5, 5, 5]);
    expect(windows.every(({ apart }) => apart)).toBe(true);
  });

  it('part a large object, and say so of all that have a part of it', async () => {
    const slices = [
      piecesOfObject(8, 256 * KiB),
      piecesOfObject(MiB, 9 * MiB),
      piecesOfObject(11 * MiB, 512 * KiB),
    ];
    const small = Array.from({ length: 8 }, (_, i) => piecesOfObject((12 + i) * MiB, MiB));
    const windows = await all(windowsOf(from(...slices, ...small), 4 * MiB));
    expect(windows.map(({ apart }) => apart)).toEqual([false, false, false, true, true, true]);
    const read = windows.flatMap(({ reads }) => reads).reduce((sum, { length }) => sum + length, 0);
    expect(read).toBe(256 * KiB + 9 * MiB + 512 * KiB + 8 * MiB);
  });

  it('say so of one that needs what may come before it', async () => {
    const here = pieceAt(placeAt(8, 100), { chunkHere: true });
    const [window] = await all(windowsOf(from([pieceAt(placeAt(MiB, 100)), here]), 4 * MiB));
    expect(window!.apart).toBe(false);
  });

  it('part a small object whose bases are more than a window', async () => {
    const pieces = piecesOfObject(8, MiB).map((piece, i) => {
      const place = placeAt(8 + i * 2 * MiB, 512 * KiB, 'e');
      const base = { hash: 'e'.repeat(64), rawLength: place.length, kind: 0 as const, place, age: 1 };
      return { ...piece, chunk: { ...piece.chunk, kind: 2 as const, base } };
    });
    const windows = await all(windowsOf(from(pieces), 2 * MiB));
    expect(windows.map(({ pieces }) => pieces.length)).toEqual([2, 2, 2, 2]);
    expect(windows.every(({ apart }) => !apart)).toBe(true);
  });
});

/** The `i`th of windows that read 3 MiB each. */
const windowAt = (i: number, apart: boolean): Window => ({
  pieces: [],
  reads: [placeAt(8 + i * 3 * MiB, 3 * MiB)],
  apart,
});
const pace = { windows: 4, windowBytes: 4 * MiB };

/** A reader whose reads, or those of some windows alone, end when the test says so. */
function heldReader(isHeld: (number: number) => boolean = () => true) {
  const begun: number[] = [];
  const ends = new Map<number, () => void>();
  const readAll = async ([{ offset }]: readonly [Place]) => {
    const number = (offset - 8) / (3 * MiB);
    begun.push(number);
    if (isHeld(number)) await new Promise<void>((resolve) => ends.set(number, resolve));
    return new Ranges([]);
  };
  return {
    reader: { readAll } as unknown as PackReader,
    begun,
    end: (number: number) => ends.get(number)!(),
  };
}

/** Until all that needs no test has happened. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 10; turn++) await setImmediate();
}

describe('downloading', () => {
  it('reads four windows ahead, in order, into as many buffers', async () => {
    const windows = Array.from({ length: 40 }, (_, i) => windowAt(i, false));
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
    for await (const { window } of download(from(...windows), reader, pace)) {
      seen.push(window);
      consumed += 1;
    }
    expect(seen).toEqual(windows);
    expect(buffers.size).toBe(4);
  });

  it('does not wait for a window whose bytes do not come while there are others that stand by themselves', async () => {
    const windows = Array.from({ length: 12 }, (_, i) => windowAt(i, true));
    const { reader, end } = heldReader((number) => number === 0);
    const seen: number[] = [];
    for await (const { window } of download(from(...windows), reader, pace)) {
      seen.push(windows.indexOf(window));
      // Only the first is late.
      if (seen.length === 11) end(0);
    }
    expect(seen).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 0]);
  });

  it('takes none before one that it may need, and none out of the middle of an object', async () => {
    const apart = [true, true, false, true];
    const { reader, end } = heldReader();
    const windows = apart.map((each, i) => windowAt(i, each));
    const seen: number[] = [];
    const reading = (async () => {
      for await (const { window } of download(from(...windows), reader, pace))
        seen.push(windows.indexOf(window));
    })();
    await settle();
    for (const number of [3, 2, 1]) end(number);
    await settle();
    expect(seen).toEqual([1]);
    end(0);
    await reading;
    expect(seen).toEqual([1, 0, 2, 3]);
  });

  it('takes what has come while it is not known yet what comes next', async () => {
    let ask = () => {};
    const asked = new Promise<void>((resolve) => {
      ask = resolve;
    });
    async function* windows() {
      yield windowAt(0, true);
      await asked;
      yield windowAt(1, true);
    }
    const { reader, end } = heldReader();
    const downloads = download(windows(), reader, pace);
    const first = downloads.next();
    await settle();
    end(0);
    expect((await first).done).toBe(false);
    const second = downloads.next();
    ask();
    await settle();
    end(1);
    expect((await second).done).toBe(false);
    expect((await downloads.next()).done).toBe(true);
  });

  it('gives a buffer that is kept to another window when it is released', async () => {
    const windows = Array.from({ length: 5 }, (_, i) => windowAt(i, true));
    const { reader, begun, end } = heldReader();
    const downloads = download(from(...windows), reader, pace);
    const first = downloads.next();
    await settle();
    end(0);
    let release = () => {};
    (await first).value!.keep(
      new Promise<void>((resolve) => {
        release = resolve;
      }),
    );
    const second = downloads.next();
    await settle();
    expect(begun).toEqual([0, 1, 2, 3]);
    release();
    await settle();
    expect(begun).toEqual([0, 1, 2, 3, 4]);
    end(4);
    expect(windows.indexOf((await second).value!.window)).toBe(4);
  });

  it('does not write again to a buffer that somebody failed with, and fails with him', async () => {
    const windows = Array.from({ length: 5 }, (_, i) => windowAt(i, true));
    const { reader, begun, end } = heldReader();
    const downloads = download(from(...windows), reader, pace);
    const first = downloads.next();
    await settle();
    end(0);
    (await first).value!.keep(Promise.reject(new Error('the thread has died')));
    await expect(downloads.next()).rejects.toThrow('the thread has died');
    expect(begun).toEqual([0, 1, 2, 3]);
  });

  it('fails with what hinders it to know what comes', async () => {
    async function* windows(): AsyncGenerator<Window> {
      yield windowAt(0, true);
      throw new Error('no');
    }
    const { reader } = heldReader();
    await expect(download(windows(), reader, pace).next()).rejects.toThrow('no');
  });
});

describe('batches of recipes', () => {
  it('hold 2 MiB of recipes at the most, and one recipe at least', () => {
    const jobs = [0, 1, 2, 3, 4].map((i) => jobAt(placeAt(8 + i * MiB, MiB), RECIPE));
    expect([...batches(jobs)].map((batch) => batch.length)).toEqual([1, 2, 2]);
    expect([...batches([jobAt(placeAt(8, 6 * MiB), RECIPE)])]).toHaveLength(1);
  });

  it('end between two packs, so that a pack is read in one sweep', () => {
    const jobs = ['a', 'b', 'c', 'd', 'e'].flatMap((pack) =>
      Array.from({ length: 1000 }, (_, i) => jobAt(placeAt(8 + i * 400, 400, pack), RECIPE)),
    );
    expect([...batches(jobs)].map((batch) => batch.length)).toEqual([4000, 1000]);
  });

  it('end within a pack that has too many objects for one', () => {
    const jobs = Array.from({ length: 10_000 }, (_, i) => jobAt(placeAt(8 + i * 400, 400)));
    const small = jobAt(placeAt(8, 100, '0'));
    expect([...batches([small, ...jobs])].map((batch) => batch.length)).toEqual([1, 4096, 4096, 1808]);
  });
});
