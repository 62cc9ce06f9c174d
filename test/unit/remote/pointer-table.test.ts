import fc from 'fast-check';
import { expect, it } from 'vitest';
import { blobId } from '../../../src/git/blob-id.ts';
import { formatPointer, type Pointer } from '../../../src/pointer.ts';
import { PointerTable } from '../../../src/remote/pointer-table.ts';

const blobOf = (pointer: Pointer, format: 'sha1' | 'sha256') =>
  blobId(formatPointer(pointer), format).toString('hex');

it.each(['sha1', 'sha256'] as const)('has each pointer by its blob, and no other: %s', (format) => {
  const pointer = fc.record({
    oid: fc.stringMatching(/^[0-9a-f]{64}$/),
    size: fc.oneof(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER })),
  });
  const property = (pointers: readonly Pointer[], other: Pointer) => {
    const table = new PointerTable(pointers.length, format);
    for (const each of pointers) table.add(each);
    for (const each of pointers) expect(table.find(blobOf(each, format))).toEqual(each);
    const expected = pointers.find(({ oid, size }) => oid === other.oid && size === other.size);
    expect(table.find(blobOf(other, format))).toEqual(expected);
  };
  fc.assert(fc.property(fc.array(pointer, { maxLength: 60 }), pointer, property));
  const many = Array.from({ length: 6000 }, (_, i) => ({
    oid: i.toString(16).padStart(64, '0'),
    size: i + 1,
  }));
  property(many, { oid: 'f'.repeat(64), size: 1 });
});

it('is full when it has as many as were foreseen, and counts none twice', () => {
  const table = new PointerTable(2, 'sha1');
  for (const size of [1, 1, 2]) {
    expect(table.isFull).toBe(false);
    table.add({ oid: 'a'.repeat(64), size });
  }
  expect(table.isFull).toBe(true);
});

it('finds nothing for what is no id of this format', () => {
  const table = new PointerTable(1, 'sha1');
  const pointer = { oid: 'a'.repeat(64), size: 1 };
  table.add(pointer);
  expect(table.find(blobOf(pointer, 'sha256'))).toBeUndefined();
  expect(table.find('')).toBeUndefined();
});
