// `npm run bench:throughput [-- --rounds 3]`: what one core codes and decodes in a second. Encode: cut, hash each chunk, compress. Push: that
// and all else, read from the store, find a delta, check the object as a whole, fill packs and hash them. Decode: decompress, hash each chunk
// and the whole. Content bytes over CPU time, best of the rounds.
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { openMemory } from '../../src/backend/memory.ts';
import { Chunker } from '../../src/format/chunker.ts';
import { loadCodec } from '../../src/format/codec.ts';
import { decodeRecipe, type StoredChunk } from '../../src/format/recipe.ts';
import { type Coder, inlineCoder } from '../../src/remote/coder.ts';
import { PackReader } from '../../src/remote/pack-reader.ts';
import { ChunkIndex } from '../../src/remote/push-chunks.ts';
import { ChunkCoder } from '../../src/remote/push-code.ts';
import { inlineCutter } from '../../src/remote/push-cutter.ts';
import { Deltas } from '../../src/remote/push-delta.ts';
import { OldVersions } from '../../src/remote/push-delta-versions.ts';
import { SlabPool } from '../../src/remote/push-memory.ts';
import { Packer } from '../../src/remote/push-pack.ts';
import { Turns } from '../../src/remote/push-turns.ts';
import { Uploader } from '../../src/remote/push-upload.ts';
import { RecipeCache } from '../../src/remote/recipe-cache.ts';
import { silentReporter } from '../../src/report.ts';
import { openStore } from '../../src/store/open.ts';
import { sha256 } from '../../src/store/sha256.ts';
import { noise } from '../bench-store/random.ts';
import { jsonReleases } from '../bench-store/sets/releases.ts';
import { columns, megabytes } from '../support/columns.ts';

/** Releases in one object: the next version begins and ends one release later. */
const RELEASES = 6;
/** What a push reads of a file at once. */
const PIECE_BYTES = 1024 * 1024;
const NOISE_BYTES = 128 * 1024 * 1024;

interface Content {
  readonly name: string;
  readonly bytes: Buffer;
  /** What it was made from, which is coded before and not measured. */
  readonly from?: Buffer;
}

/** CPU seconds, and bytes. */
interface Figures {
  /** Undefined for content that is coded against another version: that has no meaning without the push's search. */
  readonly encode: number | undefined;
  readonly push: number;
  readonly down: number;
  readonly stored: number;
}

/** Every chunk is coded, whatever is in the content twice: this measures work, not luck. */
class NothingFound extends ChunkIndex {
  override find(): undefined {
    return undefined;
  }
}

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '3' } } });
const { signal } = new AbortController();
const work = fs.mkdtempSync(path.join(os.tmpdir(), 'git-lode-bench-throughput-'));
try {
  const codec = await loadCodec();
  const coder = inlineCoder(codec);
  console.log(`one core; Node ${process.versions.node}, zstd: ${codec.engine}; best of ${values.rounds}\n`);
  const rows = [['', 'content', 'stored', 'encode', 'push', 'decode']];
  for (const content of contents(work)) {
    const rounds: Figures[] = [];
    for (let round = 0; round < Number(values.rounds); round++)
      rounds.push(await measure(content, coder, fs.mkdtempSync(path.join(work, 'round-'))));
    const best = (quantity: 'encode' | 'push' | 'down') => {
      const seconds = rounds.flatMap((round) => round[quantity] ?? []);
      return seconds.length === 0
        ? '–'
        : `${Math.round(content.bytes.length / 1e6 / Math.min(...seconds))} MB/s`;
    };
    rows.push([
      content.name,
      megabytes(content.bytes.length),
      megabytes(rounds[0]!.stored),
      best('encode'),
      best('push'),
      best('down'),
    ]);
  }
  console.log(columns(rows));
} finally {
  fs.rmSync(work, { recursive: true, force: true });
}

function* contents(folder: string): Generator<Content> {
  const versions = fs.mkdtempSync(path.join(folder, 'versions-'));
  const start = jsonReleases.start(versions);
  if (start.kind === 'unavailable') console.error(`no JSON: ${start.why}`);
  else {
    const releases = Array.from({ length: RELEASES + 1 }, () => {
      start.next();
      return fs.readFileSync(path.join(versions, 'data.json'));
    });
    const from = Buffer.concat(releases.slice(0, -1));
    yield { name: 'JSON, a file of its own', bytes: from };
    yield { name: 'JSON, the next version', bytes: Buffer.concat(releases.slice(1)), from };
    yield { name: 'JSON, one release more', bytes: releases[1]!, from: releases[0]! };
  }
  yield { name: 'incompressible', bytes: noise('throughput', NOISE_BYTES) };
}

async function measure({ bytes, from }: Content, coder: Coder, folder: string): Promise<Figures> {
  const store = openStore(folder);
  const put = (content: Buffer) => {
    const oid = createHash('sha256').update(content).digest('hex');
    const writer = store.write(content.length);
    writer.write(content);
    writer.finish(oid);
    return { oid, size: content.length, blob: '0'.repeat(40), path: 'data' };
  };
  const object = put(bytes);
  const old = from && put(from);
  const versions = new OldVersions(new Map(old === undefined ? [] : [[object.oid, [old]]]));
  const recipes = new RecipeCache(path.join(folder, 'recipes'));
  const packs = new Map<string, Buffer>();
  const slabs = new SlabPool();
  const packer = new Packer(
    { repository: '0'.repeat(64), packBytes: 16 * 1024 * 1024, takeSlab: slabs.take },
    {
      send: async ({ name, parts }) => {
        packs.set(name, Buffer.concat(parts));
        slabs.give(parts);
      },
      learn: (kind, place, recipe) => recipes.add(kind, place, recipe),
    },
  );
  const reader = new PackReader(openMemory(), signal);
  const deltas = new Deltas({ store, coder, recipes, reader, versions, condemned: () => false });
  const task = silentReporter.task({ title: 'Uploading' });
  const uploader = new Uploader({
    cutter: inlineCutter(store, coder.width),
    packer,
    coder,
    chunks: new NothingFound(),
    deltas,
    task,
    turns: new Turns(signal),
  });

  let begun = process.cpuUsage();
  let before = 0;
  for await (const { oid } of uploader.upload(old === undefined ? [object] : [old, object])) {
    if (oid !== old?.oid) break;
    await packer.seal();
    before = total(packs);
    begun = process.cpuUsage();
  }
  await packer.seal();
  const push = seconds(begun);
  deltas.close();
  const down = await decode(object.oid, packs, recipes, coder);
  return {
    encode: from === undefined ? await encode(bytes, coder) : undefined,
    push,
    down,
    stored: total(packs) - before,
  };
}

/** CPU seconds that it takes to cut content, to hash its chunks and to compress them. */
async function encode(content: Buffer, coder: Coder): Promise<number> {
  const begun = process.cpuUsage();
  const stage = new ChunkCoder({ coder, chunks: new NothingFound() });
  const chunker = new Chunker();
  const object = { oid: '0'.repeat(64), size: content.length, blob: '0'.repeat(40), path: 'data' };
  const code = async (chunks: readonly Buffer[]) => {
    for (const data of chunks) await stage.code({ object, data, hash: sha256(data), last: false });
  };
  for (let at = 0; at < content.length; at += PIECE_BYTES)
    await code(chunker.push(content.subarray(at, at + PIECE_BYTES)));
  await code(chunker.end());
  return seconds(begun);
}

/** CPU seconds that it takes to decode an object, whose recipe is known. */
async function decode(
  oid: string,
  packs: ReadonlyMap<string, Buffer>,
  recipes: RecipeCache,
  coder: Coder,
): Promise<number> {
  const decoded = recipes.list().map(({ place }) => decodeRecipe(recipes.find(place)!, place.pack));
  const { chunks } = decoded.find((recipe) => recipe.oid === oid)!;
  const begun = process.cpuUsage();
  const plain = async ({ kind, place, rawLength, hash }: StoredChunk, base?: Buffer) => {
    const data = packs.get(place.pack)!.subarray(place.offset, place.offset + place.length);
    return (await coder.decode({ kind, data, rawLength, hash }, base))!;
  };
  const whole = createHash('sha256');
  let last: { readonly hash: string; readonly bytes: Buffer } | undefined;
  for (const chunk of chunks) {
    if (chunk.base !== undefined && chunk.base.hash !== last?.hash)
      last = { hash: chunk.base.hash, bytes: await plain(chunk.base) };
    whole.update(await plain(chunk, chunk.base && last!.bytes));
  }
  if (whole.digest('hex') !== oid) throw new Error('what was decoded is not the object');
  return seconds(begun);
}

function total(packs: ReadonlyMap<string, Buffer>): number {
  return [...packs.values()].reduce((sum, { length }) => sum + length, 0);
}

function seconds(begun: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(begun);
  return (user + system) / 1e6;
}
