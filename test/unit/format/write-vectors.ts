// Writes the vectors of format version 1: `node scripts/run.mjs test/unit/format/write-vectors.ts`, on a Node that has both engines.
// Once version 1 is final they are never written over: every later version must read them, and gets a folder of its own.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { Chunker } from '../../../src/format/chunker.ts';
import { encodeFormatFile } from '../../../src/format/format-file.ts';
import { FORMAT_KEY, markKey, packKey, repositoryKey, tableKey } from '../../../src/format/keys.ts';
import { encodeMark } from '../../../src/format/mark.ts';
import { type FinishedPack, PackBuilder, RECIPE, RECIPE_PART } from '../../../src/format/pack.ts';
import {
  encodeRecipe,
  encodeRecipePart,
  packsOf,
  type RecipeBase,
  type RecipeChunk,
  type RecipePart,
  SAME_PACK,
} from '../../../src/format/recipe.ts';
import { encodeRepositoryFile, repositoryFile } from '../../../src/format/repository-file.ts';
import {
  decodeTable,
  encodeTable,
  type FinishedTable,
  mergeTables,
  oidPrefix,
  type Sample,
  type TableObject,
} from '../../../src/format/table.ts';
import { formatPointer } from '../../../src/pointer.ts';
import { engines, hashOf, lines, noise } from './samples.ts';

const folder = 'test/vectors/v1';
if (existsSync(`${folder}/objects.json`)) throw new Error(`${folder} exists already`);
const codecs = await engines();
if (codecs.length < 2) throw new Error('this Node lacks one of the two engines');
const codec = codecs[0]!;

function save(path: string, content: Buffer | object): void {
  const file = `${folder}/${path}`;
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, Buffer.isBuffer(content) ? content : `${JSON.stringify(content, undefined, 2)}\n`);
}

function cut(content: Buffer): Buffer[] {
  const chunker = new Chunker();
  return [...chunker.push(content), ...chunker.end()];
}

// Where content is cut.
const contents = [
  { kind: 'noise', length: 3_000_000, seed: 1 },
  { kind: 'noise', length: 1_000_000, seed: 99 },
  { kind: 'zeros', length: 1_100_000, seed: 0 },
  { kind: 'lines', length: 40_000, seed: 5 },
];
const make = { noise, lines, zeros: (length: number) => Buffer.alloc(length) };
save(
  'cuts.json',
  contents.map(({ kind, length, seed }) => {
    const content = make[kind as keyof typeof make](length, seed);
    const cuts = cut(content).map((chunk) => chunk.length);
    return { kind, length, seed, sha256: hashOf(content), cuts };
  }),
);

// Frames of both engines.
const text = lines(2000, 3);
const edited = Buffer.concat([text.subarray(0, 20_000), Buffer.from('an edit'), text.subarray(20_100)]);
save(
  'frames.json',
  codecs.flatMap(({ engine, encode }) => {
    const delta = encode(edited, { data: text, storedLength: 20_000, age: 1 });
    return [
      {
        engine,
        kind: delta.kind,
        sha256: hashOf(edited),
        length: edited.length,
        bytes: delta.bytes.toString('base64'),
      },
      ...[text.subarray(0, 60), text.subarray(0, 4000)].map((data) => {
        const { kind, bytes } = encode(data);
        return { engine, kind, sha256: hashOf(data), length: data.length, bytes: bytes.toString('base64') };
      }),
    ];
  }),
);

// A small remote.
const repository = repositoryFile('https://example.org/team/data.git');
// Of this seed the first chunk's hash is a sample.
const first = lines(12_000, 93);
const second = Buffer.concat([
  first.subarray(0, 100_000),
  Buffer.from('a line that is not like the others\n'),
  first.subarray(100_200),
]);
const smallText = lines(12, 4);
const smallNoise = noise(1000, 6);
const joined = Buffer.concat([first, second]);

function addSmall(
  pack: PackBuilder,
  content: Buffer,
): Omit<TableObject, 'place'> & { offset: number; length: number } {
  const hash = hashOf(content);
  const stored = codec.encode(content);
  const offset = pack.addChunk({ hash, rawLength: content.length, isObject: true }, stored);
  return {
    prefix: oidPrefix(hash),
    kind: stored.kind as 0 | 1,
    offset,
    length: stored.bytes.length,
    needs: [],
    push: 0,
  };
}

function addRecipe(pack: PackBuilder, oid: string, bytes: Buffer, needs: readonly string[]) {
  const offset = pack.addRecipe(RECIPE, oid, bytes);
  return { prefix: oidPrefix(oid), kind: RECIPE, offset, length: bytes.length, needs, push: 0 } as const;
}

const pack1 = new PackBuilder(repository.id);
const small = [addSmall(pack1, smallText), addSmall(pack1, smallNoise)];
const plain = cut(first);
const chunks1 = plain.map((data): RecipeChunk => {
  const hash = hashOf(data);
  const { kind, bytes } = codec.encode(data);
  const offset = pack1.addChunk({ hash, rawLength: data.length, isObject: false }, { kind, bytes });
  return { hash, rawLength: data.length, kind, place: { pack: SAME_PACK, offset, length: bytes.length } };
});
const recipe1 = addRecipe(
  pack1,
  hashOf(first),
  encodeRecipe({ oid: hashOf(first), size: first.length, chunks: chunks1, parts: [] }),
  [],
);
const finished1 = pack1.finish();

const known = chunks1.map((chunk) => ({ ...chunk, place: { ...chunk.place, pack: finished1.name } }));
const pack2 = new PackBuilder(repository.id);
const chunks2 = cut(second).map((data, index): RecipeChunk => {
  const hash = hashOf(data);
  const same = known.find((chunk) => chunk.hash === hash);
  if (same !== undefined) return same;
  const base: RecipeBase = { ...known[index]!, kind: 1, age: 1 };
  const { kind, bytes } = codec.encode(data, {
    data: plain[index]!,
    storedLength: base.place.length,
    age: 1,
  });
  if (kind !== 2) throw new Error('the vectors need a chunk of kind 2');
  const offset = pack2.addChunk({ hash, rawLength: data.length, isObject: false }, { kind, bytes });
  return {
    hash,
    rawLength: data.length,
    kind,
    place: { pack: SAME_PACK, offset, length: bytes.length },
    base,
  };
});
const recipe2 = addRecipe(
  pack2,
  hashOf(second),
  encodeRecipe({ oid: hashOf(second), size: second.length, chunks: chunks2, parts: [] }),
  packsOf(chunks2).filter((name) => name !== SAME_PACK),
);
const oid = hashOf(joined);
const parts = [known, chunks2].map((chunks, index): RecipePart => {
  const start = index * first.length;
  const length = index === 0 ? first.length : second.length;
  const bytes = encodeRecipePart({ oid, size: joined.length, start, length }, chunks);
  const offset = pack2.addRecipe(RECIPE_PART, oid, bytes);
  return { rawLength: length, place: { pack: SAME_PACK, offset, length: bytes.length } };
});
const recipe3 = addRecipe(pack2, oid, encodeRecipe({ oid, size: joined.length, chunks: [], parts }), [
  finished1.name,
]);
const finished2 = pack2.finish();

type Placed = Omit<TableObject, 'place'> & { offset: number; length: number };
function table(
  pack: FinishedPack,
  objects: readonly Placed[],
  when: number,
  samples: readonly Sample[],
): FinishedTable {
  return encodeTable({
    objects: objects.map(({ offset, length, ...rest }) => ({
      ...rest,
      place: { pack: pack.name, offset, length },
    })),
    samples,
    pushes: [
      {
        repository: repository.id,
        when,
        tips: [hashOf(Buffer.from(String(when))).slice(0, 40)],
        bases: [`${'0'.repeat(39)}1`],
      },
    ],
    supersedes: [],
  });
}
const table1 = table(finished1, [...small, recipe1], 1_790_000_000_000, [
  { prefix: oidPrefix(chunks1[0]!.hash), object: 2 },
]);
const table2 = table(finished2, [recipe2, recipe3], 1_790_000_100_000, []);
const whole = [table1, table2].map(({ bytes, name }) => decodeTable(bytes, name));
const union = encodeTable(mergeTables(whole, { keepsObject: () => true, keepsPush: () => true }));
const mark = encodeMark({
  packs: [hashOf(Buffer.from('a pack that is gone'))],
  tables: [table1.name, table2.name],
});

save(`remote/${FORMAT_KEY}`, encodeFormatFile());
save(`remote/${repositoryKey(repository.id)}`, encodeRepositoryFile(repository));
for (const pack of [finished1, finished2]) save(`remote/${packKey(pack.name)}`, Buffer.concat(pack.parts));
for (const { name, bytes } of [table1, table2, union]) save(`remote/${tableKey(name)}`, bytes);
save(`remote/${markKey(mark.name)}`, mark.bytes);
save('objects.json', {
  union: union.name,
  tables: [table1.name, table2.name],
  mark: mark.name,
  repository,
  sample: { chunk: chunks1[0]!.hash, object: hashOf(first) },
  objects: [smallText, smallNoise, first, second, joined].map((content) => {
    const pointer = { oid: hashOf(content), size: content.length };
    return { ...pointer, pointer: formatPointer(pointer).toString() };
  }),
});
