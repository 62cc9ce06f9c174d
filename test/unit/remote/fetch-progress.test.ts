import { describe, expect, it } from 'vitest';
import { Job } from '../../../src/remote/fetch-job.ts';
import type { Piece } from '../../../src/remote/fetch-pieces.ts';
import { FetchProgress } from '../../../src/remote/fetch-progress.ts';
import { silentReporter } from '../../../src/report.ts';

const OID = 'a'.repeat(64);

function watched(size: number) {
  const seen = { bytes: 0, items: 0, skipped: 0 };
  const task = {
    add: (bytes: number, items = 0) => {
      seen.bytes += bytes;
      seen.items += items;
    },
    skip: (bytes: number) => {
      seen.skipped += bytes;
    },
    done() {},
  };
  const progress = new FetchProgress({ ...silentReporter, task: () => task }, [{ oid: OID, size }]);
  const place = { pack: 'b'.repeat(64), offset: 0, length: 10 };
  const job = new Job({ oid: OID, size }, { place, kind: 0, table: 'c'.repeat(64) });
  const piece = (rawLength: number, more: Partial<Piece> = {}): Piece => ({
    job,
    chunk: { hash: OID, rawLength, kind: 0, place },
    offset: 0,
    chunkHere: false,
    baseHere: false,
    inPartial: false,
    last: false,
    ...more,
  });
  return { seen, progress, piece };
}

describe('the progress of a fetch', () => {
  it('counts what has arrived before its pieces are there, and nothing twice', () => {
    const { seen, progress, piece } = watched(1000);
    progress.arrived(500);
    expect(seen.bytes).toBe(500);
    progress.piece(piece(300));
    progress.piece(piece(300));
    expect(seen.bytes).toBe(600);
    progress.piece(piece(400, { last: true }));
    expect(seen).toEqual({ bytes: 1000, items: 1, skipped: 0 });
  });

  it('shows what was here as skipped', () => {
    const { seen, progress, piece } = watched(1000);
    progress.piece(piece(600, { chunkHere: true, inPartial: true }));
    progress.arrived(400);
    progress.piece(piece(400, { last: true }));
    expect(seen).toEqual({ bytes: 400, items: 1, skipped: 600 });
  });

  it('never comes to more than there is, though an object arrives twice', () => {
    const { seen, progress, piece } = watched(1000);
    progress.arrived(800);
    progress.arrived(1000);
    progress.piece(piece(1000, { last: true }));
    expect(seen.bytes).toBe(1000);
  });
});
