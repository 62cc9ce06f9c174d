/** Writes index files. */
import { randomBytes } from 'node:crypto';
import { addToFilter, filterBytes } from './bloom.ts';
import { isHash, isHex } from './keys.ts';
import { TABLE_MAX, TABLE_PUSHES_MAX } from './limits.ts';
import { RECIPE } from './pack-layout.ts';
import { encodePush } from './push-records.ts';
import { NAME_BYTES, placeFault } from './recipe-layout.ts';
import { CHECKSUM_BYTES, checksum, sha256, signature, unwritable } from './signature.ts';
import type { FinishedTable, Sample, TableContents, TableObject } from './table.ts';
import {
  COUNTS_AT,
  ENTRY_BYTES,
  FAN_OUT_AT,
  groupBits,
  groupOf,
  HAS_NEEDS,
  headerBytes,
  NO_PUSH,
  PREFIX_BYTES,
  SAMPLE_BYTES,
} from './table-layout.ts';
import { entryOrder, isSamePlace } from './table-order.ts';

/** Sorts, drops duplicates, and adds fresh random bytes. Throws INTERNAL for contents beyond the limits. */
export function encodeTable(contents: TableContents): FinishedTable {
  const { pushes, supersedes } = contents;
  if (pushes.length > TABLE_PUSHES_MAX) throw unwritable('a table', 'it has too many pushes');
  for (const object of contents.objects) checkObject(object, pushes.length);
  const { objects, renumbered, packs, entries } = sortObjects(contents.objects);
  const sections = [
    entries,
    encodeNames([...packs.keys()]),
    encodeNeeds(objects, packs),
    encodeSamples(contents.samples, objects, renumbered),
    encodeFilter(entries),
    Buffer.concat(pushes.map(encodePush)),
    encodeNames([...new Set(supersedes)].sort()),
  ] as const;
  const [, , needs, samples, filter, pushRecords, superseded] = sections;
  const counts = [
    objects.length,
    packs.size,
    samples.length / SAMPLE_BYTES,
    pushes.length,
    superseded.length / NAME_BYTES,
    needs.length,
    filter.length,
    pushRecords.length,
  ];
  const bytes = Buffer.concat([encodeHeader(counts, entries), ...sections]);
  if (bytes.length > TABLE_MAX) throw unwritable('a table', 'it is too long');
  return { name: sha256(bytes).toString('hex'), bytes };
}

function checkObject({ prefix, kind, place, needs, push }: TableObject, pushes: number): void {
  const fault = placeFault(place);
  if (fault !== undefined) throw unwritable('a table', fault);
  if (!isHex(prefix, 2 * PREFIX_BYTES)) throw unwritable('a table', 'an object has no prefix of an oid');
  if (needs.length > 0 && kind !== RECIPE)
    throw unwritable('a table', 'an object without a recipe needs other packs');
  if (push !== undefined && (push < 0 || push >= pushes))
    throw unwritable('a table', 'an object has no such push');
}

interface Sorted {
  readonly objects: readonly TableObject[];
  /** The new number of each given object. */
  readonly renumbered: Uint32Array;
  readonly packs: ReadonlyMap<string, number>;
  readonly entries: Buffer;
}

/** In the order of the file, one for each place; of two that are the same the earlier push is kept. */
function sortObjects(given: readonly TableObject[]): Sorted {
  const packs = packNumbers(given);
  const unsorted = encodeEntries(given, packs);
  const view = new DataView(unsorted.buffer, unsorted.byteOffset, unsorted.length);
  const entries = Buffer.alloc(unsorted.length);
  const objects: TableObject[] = [];
  const renumbered = new Uint32Array(given.length);
  let last = -1;
  for (const index of entryOrder(unsorted)) {
    if (last < 0 || !isSamePlace(view, last, index)) {
      unsorted.copy(entries, objects.length * ENTRY_BYTES, index * ENTRY_BYTES, (index + 1) * ENTRY_BYTES);
      objects.push(given[index]!);
      last = index;
    }
    renumbered[index] = objects.length - 1;
  }
  if (objects.length === given.length) return { objects, renumbered, packs, entries };
  // What is dropped may have been all that needs some pack, whose number the others' numbers count.
  const sorted = sortObjects(objects);
  return { ...sorted, renumbered: renumbered.map((index) => sorted.renumbered[index]!) };
}

/** Every pack that is named, numbered in the order of the names. */
function packNumbers(objects: readonly TableObject[]): Map<string, number> {
  const names = new Set<string>();
  for (const { place, needs } of objects) {
    names.add(place.pack);
    for (const pack of needs) names.add(pack);
  }
  return new Map([...names].sort().map((name, index) => [name, index]));
}

function encodeEntries(objects: readonly TableObject[], packs: ReadonlyMap<string, number>): Buffer {
  const bytes = Buffer.alloc(objects.length * ENTRY_BYTES);
  let at = 0;
  for (const { prefix, kind, place, needs, push } of objects) {
    bytes.write(prefix, at, 'hex');
    bytes.writeUInt32BE(packs.get(place.pack)!, at + 16);
    bytes.writeUInt32BE(place.offset, at + 20);
    bytes.writeUInt32BE(place.length, at + 24);
    bytes.writeUInt16BE(push ?? NO_PUSH, at + 28);
    bytes.writeUInt8(kind, at + 30);
    bytes.writeUInt8(needs.length > 0 ? HAS_NEEDS : 0, at + 31);
    at += ENTRY_BYTES;
  }
  return bytes;
}

function encodeNames(names: readonly string[]): Buffer {
  const bytes = Buffer.alloc(names.length * NAME_BYTES);
  for (const [index, name] of names.entries()) {
    if (!isHash(name)) throw unwritable('a table', 'a name is no SHA-256');
    bytes.write(name, index * NAME_BYTES, 'hex');
  }
  return bytes;
}

/** For each object that needs packs beside its own, in the order of the entries: how many, and their numbers, ascending. */
function encodeNeeds(objects: readonly TableObject[], packs: ReadonlyMap<string, number>): Buffer {
  const words: number[] = [];
  for (const { needs } of objects) {
    if (needs.length === 0) continue;
    const numbers = [...new Set(needs)].map((pack) => packs.get(pack)!).sort((a, b) => a - b);
    words.push(numbers.length);
    for (const pack of numbers) words.push(pack);
  }
  const bytes = Buffer.alloc(words.length * 4);
  for (const [index, word] of words.entries()) bytes.writeUInt32BE(word, index * 4);
  return bytes;
}

function encodeSamples(
  samples: readonly Sample[],
  objects: readonly TableObject[],
  renumbered: Uint32Array,
): Buffer {
  const rows = new Set<string>();
  for (const { prefix, object } of samples) {
    const index = renumbered[object];
    if (index === undefined || objects[index]!.kind !== RECIPE || !isHex(prefix, 2 * PREFIX_BYTES))
      throw unwritable('a table', 'a sample leads to no recipe');
    rows.add(prefix + index.toString(16).padStart(8, '0'));
  }
  return Buffer.from([...rows].sort().join(''), 'hex');
}

function encodeFilter(entries: Buffer): Buffer {
  const filter = Buffer.alloc(filterBytes(entries.length / ENTRY_BYTES));
  for (let at = 0; at < entries.length; at += ENTRY_BYTES) addToFilter(filter, entries, at);
  return filter;
}

function encodeHeader(counts: readonly number[], entries: Buffer): Buffer {
  const bits = groupBits(entries.length / ENTRY_BYTES);
  const header = Buffer.alloc(headerBytes(bits));
  const checksumAt = header.length - CHECKSUM_BYTES;
  signature('lodetab').copy(header);
  randomBytes(16).copy(header, 8);
  for (const [index, count] of counts.entries()) header.writeUInt32BE(count, COUNTS_AT + 4 * index);
  const groups = new Uint32Array(2 ** bits);
  for (let at = 0; at < entries.length; at += ENTRY_BYTES) groups[groupOf(entries, bits, at)]!++;
  let sum = 0;
  for (const [group, count] of groups.entries()) {
    sum += count;
    header.writeUInt32BE(sum, FAN_OUT_AT + 4 * group);
  }
  checksum(header.subarray(0, checksumAt)).copy(header, checksumAt);
  return header;
}
