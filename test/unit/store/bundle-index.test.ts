import fc from 'fast-check';
import { expect, it } from 'vitest';
import { BundleIndex, INDEX_ENTRY } from '../../../src/store/bundle-index.ts';
import { oidOf } from '../../support/scratch.ts';

function indexOf(oids: readonly string[]): BundleIndex {
  const bytes = Buffer.alloc(oids.length * INDEX_ENTRY);
  for (const [i, oid] of [...oids].sort().entries()) {
    bytes.write(oid, i * INDEX_ENTRY, 'hex');
    bytes.writeUInt32BE(i, i * INDEX_ENTRY + 32);
    bytes.writeUInt32BE(2 * i + 1, i * INDEX_ENTRY + 36);
  }
  return new BundleIndex(bytes);
}

function expectAll(oids: readonly string[], absent: readonly string[]): void {
  const index = indexOf(oids);
  expect(index.count).toBe(oids.length);
  for (const [i, oid] of [...oids].sort().entries()) {
    expect(index.find(oid)).toBe(i);
    expect([index.oid(i), index.offset(i), index.length(i)]).toEqual([oid, i, 2 * i + 1]);
  }
  for (const oid of absent) expect(index.find(oid)).toBe(oids.includes(oid) ? index.find(oid) : -1);
}

it('finds each oid and no other, however they lie', () => {
  const even = fc.stringMatching(/^[0-9a-f]{64}$/);
  const alike = fc.stringMatching(/^abcdef0{56}[0-9a-f]{2}$/);
  const oids = fc.uniqueArray(fc.oneof(even, alike), { maxLength: 300 });
  fc.assert(fc.property(oids, fc.array(fc.oneof(even, alike)), expectAll));
});

it('finds each of very many', () => {
  const oids = Array.from({ length: 30_000 }, (_, i) => oidOf(Buffer.from(`${i}`)));
  expectAll(oids, [oidOf(Buffer.from('another')), '0'.repeat(64), 'f'.repeat(64)]);
});

it('has nothing where it is empty, and nothing of a name that is no oid', () => {
  expect(indexOf([]).find('a'.repeat(64))).toBe(-1);
  expect(indexOf(['a'.repeat(64)]).find('a'.repeat(62))).toBe(-1);
});
