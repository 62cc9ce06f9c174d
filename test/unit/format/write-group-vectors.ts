// Writes the vectors of a table with several groups: `node scripts/run.mjs test/unit/format/write-group-vectors.ts`. As those that
// write-vectors.ts writes, they are never written over.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { RECIPE } from '../../../src/format/pack.ts';
import { encodeTable, oidPrefix, type TableObject } from '../../../src/format/table.ts';
import { nameOf } from './samples.ts';

const folder = 'test/vectors/v1/groups';
if (existsSync(folder)) throw new Error(`${folder} exists already`);

const OBJECTS = 100;
const packs = [nameOf('pack 0'), nameOf('pack 1'), nameOf('pack 2')];
const objects = Array.from({ length: OBJECTS }, (_, i) => {
  const kind = ([0, 1, RECIPE] as const)[i % 3]!;
  const place = { pack: packs[i % 3]!, offset: 8 + 1000 * i, length: 100 + i };
  const needs = kind === RECIPE && i % 2 === 0 ? packs.slice(0, 2) : [];
  return { oid: nameOf(`object ${i}`), kind, place, needs, push: undefined };
});
const samples = objects.flatMap(({ kind }, object) =>
  kind === RECIPE ? [{ prefix: oidPrefix(nameOf(`chunk ${object}`)), object }] : [],
);
const { name, bytes } = encodeTable({
  objects: objects.map(({ oid, ...rest }): TableObject => ({ prefix: oidPrefix(oid), ...rest })),
  samples,
  pushes: [],
  supersedes: [],
});
mkdirSync(folder);
writeFileSync(`${folder}/${name}`, bytes);
const found = {
  table: name,
  groups: 8,
  objects: objects.map(({ oid, kind, place, needs }) => ({ oid, kind, place, needs })),
  samples: samples.map(({ object }) => ({ chunk: nameOf(`chunk ${object}`), object: objects[object]!.oid })),
  absent: [nameOf('object 100'), nameOf('object 101')],
};
writeFileSync(`${folder}/objects.json`, `${JSON.stringify(found, undefined, 2)}\n`);
