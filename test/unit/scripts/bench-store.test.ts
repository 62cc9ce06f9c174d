import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { type Comparison, compare } from '../../../scripts/bench-store/compare.ts';
import type { DataSet } from '../../../scripts/bench-store/data-set.ts';
import { DATA_SETS } from '../../../scripts/bench-store/data-sets.ts';
import type { Keeper } from '../../../scripts/bench-store/keeper.ts';
import { chunks } from '../../../scripts/bench-store/keepers/chunks.ts';
import { noise, Random } from '../../../scripts/bench-store/random.ts';
import { rank, table } from '../../../scripts/bench-store/report.ts';
import { insert, overwrite, writeLargeFile } from '../../../scripts/bench-store/wire/large-file.ts';
import { digestFolder } from '../../../scripts/support/folder.ts';

function scratch(): string {
  const folder = fs.mkdtempSync(path.join(fs.realpathSync(os.tmpdir()), 'git-lode-bench-test-'));
  onTestFinished(() => fs.rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A set whose versions hold the files given, by name. */
function setOf(...versions: Readonly<Record<string, Buffer>>[]): DataSet {
  return {
    name: 'made-up',
    about: '',
    versions: versions.length,
    start(folder) {
      const left = [...versions];
      const next = () => {
        for (const name of fs.readdirSync(folder)) fs.rmSync(path.join(folder, name));
        for (const [name, content] of Object.entries(left.shift()!)) {
          fs.writeFileSync(path.join(folder, name), content);
        }
      };
      return { kind: 'ready', next };
    },
  };
}

/** Keeps copies, and counts one byte a version. */
function copying(spoil: (folder: string) => void = () => {}): Keeper {
  return {
    name: 'copies',
    probe: () => '1.0',
    open(parent) {
      let count = 0;
      const place = (i: number) => path.join(parent, `copy-${i}`);
      return {
        keep: (folder) => fs.cpSync(folder, place(count++), { recursive: true }),
        finish: () => spoil(place(0)),
        bytes: () => count,
        restore: place,
      };
    },
  };
}

const kept = (bytes: number) => ({ bytes, seconds: 1 });
const comparison = (more: Comparison['kept']): Comparison => ({
  set: 'x',
  versions: 2,
  whole: 60e6,
  kept: more,
});

it('makes the same versions in every run, each unlike the one before', () => {
  // Small ones that need nothing but this process.
  for (const name of ['csv-daily', 'csv-ranked', 'incompressible']) {
    const set = DATA_SETS.find((each) => each.name === name)!;
    const runs = [scratch(), scratch()].map((folder) => {
      const start = set.start(folder);
      if (start.kind !== 'ready') throw new Error(start.why);
      return [1, 2].map(() => {
        start.next();
        return [...digestFolder(folder).values()].map(({ sha256 }) => sha256).join();
      });
    });
    expect(runs[1], name).toEqual(runs[0]);
    expect(new Set(runs[0]).size, name).toBe(2);
  }
});

it('has numbers that stay in their range, and noise as long as asked for', () => {
  const random = new Random(1);
  const numbers = Array.from({ length: 1000 }, () => random.below(10));
  expect(new Set(numbers)).toEqual(new Set([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]));
  expect(noise('a', 33)).toHaveLength(33);
  expect(noise('a', 33).equals(noise('b', 33))).toBe(false);
});

it('counts each different content once as whole files, and each different chunk once as chunks', () => {
  const [one, two] = [noise('one', 1_000_000), noise('two', 500_000)];
  const set = setOf({ a: one }, { a: one, b: two }, { renamed: Buffer.concat([one, two]) });
  const outcome = compare(set, [chunks], 3, scratch()) as Comparison;
  expect(outcome.whole).toBe(3_000_000);
  // The last version's chunks around the seam are neither's.
  expect(outcome.kept.chunks!.bytes).toBeGreaterThan(1_500_000);
  expect(outcome.kept.chunks!.bytes).toBeLessThan(2_600_000);
});

it('believes no size of versions that do not come back, and leaves nothing behind', () => {
  const parent = scratch();
  const set = setOf({ a: noise('a', 10) }, { a: noise('b', 10) });
  expect(compare(set, [copying()], 2, parent)).toMatchObject({ kept: { copies: { bytes: 2 } } });
  const spoil = (folder: string) => fs.writeFileSync(path.join(folder, 'a'), 'other');
  expect(() => compare(set, [copying(spoil)], 2, parent)).toThrow('copies did not give back version 0');
  expect(fs.readdirSync(parent)).toEqual([]);
});

it('ranks git-lode by the better of restic and borg, and calls more than 5 % more worse', () => {
  const both = { restic: kept(20e6), borg: kept(30e6) };
  expect(rank(comparison({ ...both, 'git-lode': kept(21e6) }))).toMatchObject({
    rival: 'restic',
    worse: false,
  });
  expect(rank(comparison({ ...both, 'git-lode': kept(21.1e6) }))).toMatchObject({ worse: true });
  expect(rank(comparison({ 'git-lode': kept(1) }))).toBeUndefined();
});

it('names a peer that is not there, and why a set is left out, and makes up no number', () => {
  const outcomes = [
    comparison({ restic: kept(20e6), 'git-lode': kept(30e6) }),
    { set: 'y', unavailable: 'no answer' },
  ];
  const [, first, second] = table(outcomes, ['restic', 'borg', 'git-lode']).split('\n');
  expect(first).toMatch(
    /^x +2 +60\.0 MB +20\.0 MB 1\/3\.00 +not installed +30\.0 MB 1\/2\.00 +WORSE 1\.50 of restic$/,
  );
  expect(second).toMatch(/^y .*no answer$/);
});

it('edits a large file where it is told to, across the pieces that it is read in', () => {
  const folder = scratch();
  const file = path.join(folder, 'large.bin');
  writeLargeFile(file, 2_500_000);
  const before = fs.readFileSync(file);
  overwrite(file, 1_048_570, Buffer.from('0123456789'));
  const overwritten = fs.readFileSync(file);
  expect(overwritten.indexOf('0123456789')).toBe(1_048_570);
  expect(overwritten.subarray(1_048_580).equals(before.subarray(1_048_580))).toBe(true);
  for (const at of [0, 5000, 1_048_576, 2_499_999]) {
    const content = fs.readFileSync(file);
    insert(file, at, Buffer.from('inserted'));
    const expected = Buffer.concat([content.subarray(0, at), Buffer.from('inserted'), content.subarray(at)]);
    expect(fs.readFileSync(file).equals(expected)).toBe(true);
  }
});
