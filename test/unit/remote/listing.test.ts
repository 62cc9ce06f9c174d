import { describe, expect, it } from 'vitest';
import type { ListPage } from '../../../src/backend/backend.ts';
import { openMemory } from '../../../src/backend/memory.ts';
import { listAll } from '../../../src/remote/listing.ts';

const MINUTE = 60_000;

/** A backend whose listings are the given ones, one after the other. */
function listing(...runs: ListPage[][]) {
  let calls = 0;
  return {
    ...openMemory(),
    async *list() {
      yield* runs[Math.min(calls++, runs.length - 1)]!;
    },
    calls: () => calls,
  };
}

const page = (now: number, ...keys: string[]): ListPage => ({
  now,
  entries: keys.map((key) => ({ key, size: 1, time: 0 })),
});

describe('a listing', () => {
  it('holds every page, and the clock of the first', async () => {
    const backend = listing([page(5, 'index/a'), page(10 * MINUTE, 'index/b')]);
    const { entries, now } = await listAll(backend, 'index/');
    expect(entries.map(({ key }) => key)).toEqual(['index/a', 'index/b']);
    expect(now).toBe(5);
  });

  it('that took over ten minutes by the store’s clock is thrown away and made again', async () => {
    const backend = listing([page(0, 'index/old'), page(10 * MINUTE + 1)], [page(20 * MINUTE, 'index/new')]);
    expect((await listAll(backend, 'index/')).entries.map(({ key }) => key)).toEqual(['index/new']);
  });

  it('that always takes too long is an error, not a guess', async () => {
    const backend = listing([page(0), page(11 * MINUTE)]);
    await expect(listAll(backend, 'index/')).rejects.toMatchObject({ code: 'REMOTE_FAILED' });
    expect(backend.calls()).toBe(3);
  });
});
