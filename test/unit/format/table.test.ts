import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { RECIPE } from '../../../src/format/pack.ts';
import {
  decodeTable,
  encodeTable,
  isSampled,
  mergeTables,
  oidPrefix,
  openTable,
  type Table,
  type TableContents,
  type TableObject,
} from '../../../src/format/table.ts';
import { hashOf, nameOf, sampleContents, tableObject } from './samples.ts';

const invalid = expect.objectContaining({ code: 'FORMAT_INVALID' });
const internal = expect.objectContaining({ code: 'INTERNAL' });
const nothing: TableContents = { objects: [], samples: [], pushes: [], supersedes: [] };

function written(contents: TableContents): Table {
  const { name, bytes } = encodeTable(contents);
  return decodeTable(bytes, name);
}

/** Reads in part, and counts. */
async function ranged(contents: TableContents) {
  const { name, bytes } = encodeTable(contents);
  const reads: number[] = [];
  const read = async (offset: number, length: number) => {
    reads.push(length);
    return bytes.subarray(offset, offset + length);
  };
  return { table: await openTable(read, bytes.length, name), reads };
}

const byPrefix = (a: TableObject, b: TableObject) => (a.prefix < b.prefix ? -1 : 1);
const short = ({ prefix, kind, place }: TableObject) => ({ prefix, kind, place });

describe('a table read whole', () => {
  const contents = sampleContents();
  const table = written(contents);

  test('says what was written, in order', () => {
    const sorted = (object: TableObject) => ({ ...object, needs: [...object.needs].sort() });
    expect(table.objects).toEqual(contents.objects.map(sorted).sort(byPrefix));
    expect(table.pushes).toEqual(contents.pushes);
    expect(table.supersedes).toEqual([...contents.supersedes].sort());
    expect(table.size).toBe(4);
  });

  test('finds each object and no other', () => {
    for (const label of ['a', 'b', 'c', 'd']) {
      expect(table.find(nameOf(label)).map(({ prefix }) => prefix)).toEqual([oidPrefix(nameOf(label))]);
      expect(table.mayHold(nameOf(label))).toBe(true);
    }
    expect(table.find(nameOf('e'))).toEqual([]);
  });

  test('leads from a sampled chunk to an object that contains it', () => {
    expect(table.findSample(nameOf('chunk')).map(({ prefix }) => prefix)).toEqual([oidPrefix(nameOf('c'))]);
    expect(table.findSample(nameOf('no chunk'))).toEqual([]);
    const leads = table.samples.map(({ prefix, object }) => [prefix, table.objects[object]!.prefix]);
    expect(new Map(leads as [string, string][])).toEqual(
      new Map([
        [oidPrefix(nameOf('chunk')), oidPrefix(nameOf('c'))],
        [oidPrefix(nameOf('chunk 2')), oidPrefix(nameOf('d'))],
      ]),
    );
  });

  test('may have no objects, for a push that found them all', () => {
    const empty = written({ ...nothing, pushes: contents.pushes });
    expect(empty.objects).toEqual([]);
    expect(empty.find(nameOf('a'))).toEqual([]);
    expect(empty.mayHold(nameOf('a'))).toBe(false);
    expect(empty.pushes).toEqual(contents.pushes);
  });

  test('has a filter that is right about what it holds and wrong about one in a hundred', () => {
    const many = written({ ...nothing, objects: Array.from({ length: 5000 }, (_, i) => tableObject(i)) });
    expect(Array.from({ length: 5000 }, (_, i) => many.mayHold(nameOf(i))).every(Boolean)).toBe(true);
    const wrong = Array.from({ length: 5000 }, (_, i) => many.mayHold(nameOf(`x${i}`))).filter(Boolean);
    expect(wrong.length).toBeLessThan(100);
  });

  test('keeps every place of an object, and each place once with its first push', () => {
    const elsewhere = { pack: nameOf('pack'), offset: 5000, length: 100 };
    const objects = [
      tableObject('a', { push: 1 }),
      tableObject('a', { push: 0 }),
      tableObject('a', { place: elsewhere }),
    ];
    const twice = written({ ...nothing, objects, pushes: contents.pushes });
    expect(twice.find(nameOf('a'))).toEqual([objects[1], objects[2]]);
  });

  test('keeps two objects with the same prefix apart by their places', () => {
    const oid = nameOf('a');
    const twin = `${oid.slice(0, 32)}${'0'.repeat(32)}`;
    const place = { pack: nameOf('other'), offset: 8, length: 7 };
    const both = written({ ...nothing, objects: [tableObject('a'), { ...tableObject('a'), place }] });
    expect(both.find(twin)).toHaveLength(2);
    expect(both.find(oid)).toHaveLength(2);
  });

  test('has one entry for each place, in order, whatever the prefixes', () => {
    // Prefixes that lie evenly, that begin alike, and that are the same.
    const prefix = fc.oneof(
      fc.stringMatching(/^[0-9a-f]{32}$/),
      fc.stringMatching(/^abcdef0{25}[0-9a-f]$/),
      fc.constant('f'.repeat(32)),
    );
    const object = fc.record({
      prefix,
      kind: fc.constant(RECIPE as TableObject['kind']),
      place: fc.record({
        pack: fc.constantFrom(nameOf('p'), nameOf('q'), nameOf('r')),
        offset: fc.integer({ min: 8, max: 11 }),
        length: fc.constant(5),
      }),
      needs: fc.subarray(['s', 't', 'u'].map(nameOf)).map((names) => [...names].sort()),
      push: fc.option(fc.integer({ min: 0, max: 1 }), { nil: undefined }),
    });
    const place = ({ prefix, place: { pack, offset } }: TableObject) => `${prefix} ${pack} ${offset + 10}`;
    const key = (each: TableObject) => `${place(each)} ${each.push ?? 9}`;
    const sample = nameOf('sample').slice(0, 32);
    const property = (objects: readonly TableObject[]) => {
      const samples = objects.slice(0, 1).map(() => ({ prefix: sample, object: 0 }));
      const { pushes } = contents;
      const table = written({ objects, samples, pushes, supersedes: [] });
      const sorted = [...objects].sort((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0));
      const expected = sorted.filter((each, i) => i === 0 || place(sorted[i - 1]!) !== place(each));
      expect(table.objects).toEqual(expected);
      if (objects.length === 0) return;
      expect(table.findSample(sample).map(place)).toEqual([place(objects[0]!)]);
    };
    fc.assert(fc.property(fc.array(object, { maxLength: 120 }), property));
    property(Array.from({ length: 5000 }, (_, i) => tableObject(i % 4900, { kind: RECIPE })));
  });

  test('never has a name twice', () => {
    expect(encodeTable(contents).name).not.toBe(encodeTable(contents).name);
  });

  test('under the name of another is refused', () => {
    expect(() => decodeTable(encodeTable(contents).bytes, encodeTable(contents).name)).toThrow(invalid);
  });

  test('of a later version is refused with the way out', () => {
    const { bytes } = encodeTable(contents);
    bytes[7] = 2;
    expect(() => decodeTable(bytes, hashOf(bytes))).toThrow(
      expect.objectContaining({ code: 'FORMAT_UNKNOWN_VERSION', hint: 'npm install -g git-lode@latest' }),
    );
  });

  test.each<[string, Partial<TableContents>]>([
    ['an object of a push that is not there', { objects: [tableObject('a', { push: 0 })] }],
    ['a small object that needs other packs', { objects: [tableObject('a', { needs: [nameOf(1)] })] }],
    [
      'a sample that leads to a small object',
      { objects: [tableObject('a')], samples: [{ prefix: nameOf(1).slice(0, 32), object: 0 }] },
    ],
    ['a sample that leads nowhere', { samples: [{ prefix: nameOf(1).slice(0, 32), object: 0 }] }],
    ['an oid for a prefix', { objects: [{ ...tableObject('a'), prefix: nameOf('a') }] }],
    [
      'a place in the signature',
      { objects: [tableObject('a', { place: { pack: nameOf(1), offset: 0, length: 5 } })] },
    ],
    ['a name that is none', { supersedes: ['abc'] }],
    ['a tip that is none', { pushes: [{ repository: nameOf('r'), when: 1, tips: ['main'], bases: [] }] }],
    ['a time before 1970', { pushes: [{ repository: nameOf('r'), when: -1, tips: [], bases: [] }] }],
  ])('with %s is not written', (_, change) => {
    expect(() => encodeTable({ ...nothing, ...change })).toThrow(internal);
  });
});

describe('a table read in part', () => {
  const objects = Array.from({ length: 20_000 }, (_, i) =>
    tableObject(i, { place: { pack: nameOf(`pack ${i % 7}`), offset: 8 + i, length: 10 } }),
  );

  test('finds an object with three small reads, the header among them', async () => {
    for (const object of objects.slice(0, 20)) {
      const { table, reads } = await ranged({ ...nothing, objects });
      expect(await table.find(`${object.prefix}${'0'.repeat(32)}`)).toEqual([short(object)]);
      expect(reads).toHaveLength(3);
      expect(Math.max(...reads)).toBeLessThan(17_000);
      expect(reads.at(-1)).toBe(32);
    }
  });

  test('knows with two small reads that it lacks an object', async () => {
    const { table, reads } = await ranged({ ...nothing, objects });
    expect(await table.find(nameOf('elsewhere'))).toEqual([]);
    expect(reads.length).toBeLessThanOrEqual(2);
  });

  test('says the same as when it is read whole', async () => {
    const { table } = await ranged(sampleContents());
    const whole = written(sampleContents());
    for (const label of ['a', 'b', 'c', 'd', 'e'])
      expect(await table.find(nameOf(label))).toEqual(whole.find(nameOf(label)).map(short));
    for (const label of ['chunk', 'chunk 2', 'no chunk'])
      expect(await table.findSample(nameOf(label))).toEqual(whole.findSample(nameOf(label)).map(short));
  });

  test('names the tables that it supersedes, at the price of one read more', async () => {
    const { table, reads } = await ranged(sampleContents());
    expect(await table.supersedes()).toEqual([...sampleContents().supersedes].sort());
    expect(reads).toHaveLength(2);
    expect(await (await ranged(nothing)).table.supersedes()).toEqual([]);
  });

  test('is damaged if it names more tables than anybody merges', async () => {
    const supersedes = Array.from({ length: 65_537 }, (_, i) => i.toString(16).padStart(64, '0'));
    const { table, reads } = await ranged({ ...nothing, supersedes });
    await expect(table.supersedes()).rejects.toThrow(invalid);
    expect(reads).toHaveLength(1);
  });

  test('finds a sample among very many with four small reads', async () => {
    const recipe = tableObject('r', { kind: RECIPE });
    const samples = Array.from({ length: 50_000 }, (_, i) => ({ prefix: nameOf(i).slice(0, 32), object: 0 }));
    const { table, reads } = await ranged({ ...nothing, objects: [recipe], samples });
    expect(await table.findSample(nameOf(4711))).toEqual([short(recipe)]);
    expect(reads.length).toBeLessThanOrEqual(5);
    expect(Math.max(...reads)).toBeLessThan(17_000);
  });

  // A group as it is among millions: 3,000 prefixes with the same first 8 bits, which are all that a table of 3,000 groups by.
  const crowd = Array.from({ length: 3000 }, (_, i) => ({
    ...tableObject(i),
    prefix: `ab${nameOf(i).slice(0, 30)}`,
  }));

  test('reads about 6 KB of a large group', async () => {
    const { table, reads } = await ranged({ ...nothing, objects: crowd });
    for (const { prefix } of crowd.slice(0, 100)) {
      expect(await table.find(prefix.padEnd(64, '0'))).toMatchObject([{ prefix }]);
    }
    const entries = reads.filter((length) => length > 32).slice(1);
    expect(entries.length).toBeLessThanOrEqual(105);
    expect(entries.reduce((sum, length) => sum + length, 0) / 100).toBeLessThan(7000);
  });

  test('finds an object that is not where a hash would be', async () => {
    const skewed = crowd.map((object, i) => ({ ...object, prefix: `abc00${String(i).padStart(27, '0')}` }));
    const { table } = await ranged({ ...nothing, objects: skewed });
    for (const { prefix } of [skewed[0]!, skewed[1500]!, skewed[2999]!])
      expect(await table.find(prefix.padEnd(64, '0'))).toMatchObject([{ prefix }]);
    expect(await table.find('abcff'.padEnd(64, '0'))).toEqual([]);
  });

  test('gives at most 64 places of one object, each of which costs a request', async () => {
    const same = Array.from({ length: 300 }, (_, i) =>
      tableObject('same', { place: { pack: nameOf('pack'), offset: 8 + i, length: 1 } }),
    );
    const { table } = await ranged({ ...nothing, objects: [...same, ...crowd] });
    const found = await table.find(nameOf('same'));
    expect(found).toHaveLength(64);
  });

  test('gives up on a table that would have all of it read', async () => {
    const heap = Array.from({ length: 40_000 }, (_, i) =>
      tableObject('same', { place: { pack: nameOf('pack'), offset: 8 + i, length: 1 } }),
    );
    const { table, reads } = await ranged({ ...nothing, objects: heap });
    await expect(table.find(nameOf('same'))).rejects.toThrow(invalid);
    expect(reads.reduce((sum, length) => sum + length, 0)).toBeLessThan(2_000_000);
  });

  test('is refused if the store cuts its answers off', async () => {
    const { name, bytes } = encodeTable(sampleContents());
    const read = async (offset: number, length: number) =>
      bytes.subarray(offset, offset + Math.min(length, 76 - offset));
    await expect(openTable(async () => bytes.subarray(0, 70), bytes.length, name)).rejects.toThrow(invalid);
    const table = await openTable(read, bytes.length, name);
    await expect(table.find(nameOf('a'))).rejects.toThrow(invalid);
  });

  test('is refused if its header is damaged', async () => {
    const { name, bytes } = encodeTable(sampleContents());
    bytes[50]! ^= 1;
    await expect(
      openTable(async (at, length) => bytes.subarray(at, at + length), bytes.length, name),
    ).rejects.toThrow(invalid);
  });
});

describe('the union of tables', () => {
  const keepAll = { keepsObject: () => true, keepsPush: () => true };
  const push = { repository: nameOf('r'), when: 2000, tips: ['1'.repeat(40)], bases: [] };
  const one = written({ ...sampleContents(), pushes: sampleContents().pushes });
  const two = written({
    ...nothing,
    objects: [tableObject('a', { push: 0 }), tableObject('z', { kind: RECIPE, push: 0 })],
    samples: [{ prefix: nameOf('chunk 3').slice(0, 32), object: 1 }],
    pushes: [push],
  });

  test('holds every object, sample and push of all, and names them superseded', () => {
    const union = written(mergeTables([one, two], keepAll));
    expect(union.size).toBe(5);
    expect(union.pushes).toEqual([...one.pushes, push]);
    expect(union.supersedes).toEqual([one.name, two.name].sort());
    expect(union.find(nameOf('z'))).toEqual([tableObject('z', { kind: RECIPE, push: 2 })]);
    expect(union.findSample(nameOf('chunk 3'))).toEqual(union.find(nameOf('z')));
    expect(union.findSample(nameOf('chunk'))).toEqual(one.findSample(nameOf('chunk')));
  });

  test('keeps the first date of a push that was recorded twice', () => {
    const later = written({ ...nothing, pushes: [{ ...push, when: 3000 }] });
    expect(mergeTables([later, two], keepAll).pushes).toEqual([push]);
    expect(mergeTables([two, later], keepAll).pushes).toEqual([push]);
  });

  test('leaves out what the rules do, and what only that was for', () => {
    const rules = { keepsObject: ({ kind }: TableObject) => kind !== RECIPE, keepsPush: () => false };
    const union = mergeTables([one, two], rules);
    expect(union.objects.map(({ push: index }) => index)).toEqual([undefined, undefined, undefined]);
    expect(union.samples).toEqual([]);
    expect(union.pushes).toEqual([]);
  });
});

test('one hash in 1,024 is a sample', () => {
  const sampled = Array.from({ length: 50_000 }, (_, i) => nameOf(i)).filter(isSampled);
  expect(sampled.length).toBeGreaterThan(25);
  expect(sampled.length).toBeLessThan(80);
  expect(isSampled(`${'f'.repeat(61)}c00`)).toBe(true);
  expect(isSampled(`${'0'.repeat(61)}001`)).toBe(false);
});
