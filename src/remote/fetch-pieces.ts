import { setImmediate } from 'node:timers/promises';
import type { ChunkKind } from '../format/codec.ts';
import { CHUNK_MAX } from '../format/limits.ts';
import { RECIPE } from '../format/pack.ts';
import type { Place, Recipe, RecipeChunk } from '../format/recipe.ts';
import type { Store } from '../store/store.ts';
import type { Job } from './fetch-job.ts';
import { inOrder } from './in-order.ts';
import type { LocalChunks } from './local-chunks.ts';
import type { PackReader } from './pack-reader.ts';
import { PartialObject } from './partial-object.ts';
import { byPlace, type Failure, placeKey, readCost } from './ranges.ts';
import type { RecipeCache } from './recipe-cache.ts';
import { overlap, readRecipes, readRuns } from './recipes.ts';

/** Recipes that are read, and held decoded, at once, in stored bytes. */
const BATCH_BYTES = 2 * 1024 * 1024;
const BATCH_JOBS = 4096;
/** Pieces that are made at once. */
const SLICE = 256;

/** One chunk of one object. An object's pieces come in order, one object after the other. */
export interface Piece {
  readonly job: Job;
  readonly chunk: RecipeChunk;
  /** Where the chunk begins in the object. */
  readonly offset: number;
  /** True if the chunk, and its base, are expected in the local store. */
  readonly chunkHere: boolean;
  readonly baseHere: boolean;
  /** True if the chunk was found in what a fetch that was cut has left of the object. */
  readonly inPartial: boolean;
  /** True for the last that is wanted of the object. */
  readonly last: boolean;
}

export interface PieceSources {
  readonly recipes: RecipeCache;
  readonly reader: PackReader;
  readonly local: LocalChunks;
  /** Where a fetch that was cut may have left a part of an object, if whoever takes the pieces goes on with it. */
  readonly partials?: Pick<Store, 'openPartial'> | undefined;
}

/** A batch whose recipes are being worked off, and one whose recipes are on their way: a round trip, or a read that fails, costs no time. */
const BATCHES_AT_ONCE = 2;

/** Turns jobs into pieces: in the order of the packs, so that neighbours are read together, some recipes at a time. */
export async function* piecesOf(
  jobs: readonly Job[],
  sources: PieceSources,
): AsyncGenerator<readonly Piece[]> {
  const sorted = [...jobs].sort((a, b) => byPlace(a.source.place, b.source.place));
  const work = (batch: readonly Job[]) => withRecipes(batch, sources);
  for await (const batch of inOrder(batches(sorted), { width: BATCHES_AT_ONCE, work })) {
    if (sources.reader.stopped) return;
    yield* batchPieces(batch, sources);
  }
}

/** Cuts the sorted jobs where their recipes would be too much at once: before a pack, if the pack is not too much by itself. */
export function* batches(sorted: readonly Job[]): Generator<readonly Job[]> {
  let batch: Job[] = [];
  let cost = 0;
  // Where the last pack begins in the batch, and what the jobs before it cost.
  let pack = { at: 0, before: 0 };
  for (const job of sorted) {
    const last = batch.at(-1)?.source.place;
    const more = job.source.kind === RECIPE ? readCost(job.source.place, last) : 0;
    if (job.source.place.pack !== last?.pack) pack = { at: batch.length, before: cost };
    if (batch.length > 0 && (cost + more > BATCH_BYTES || batch.length === BATCH_JOBS)) {
      const end = pack.at > 0 ? pack.at : batch.length;
      yield batch.slice(0, end);
      batch = batch.slice(end);
      cost = batch.length > 0 ? cost - pack.before : 0;
      pack = { at: 0, before: 0 };
    }
    batch.push(job);
    cost += more;
  }
  if (batch.length > 0) yield batch;
}

interface Batch {
  readonly jobs: readonly Job[];
  readonly withRecipe: readonly Job[];
  readonly found: ReadonlyMap<string, Recipe | Failure>;
}

async function withRecipes(jobs: readonly Job[], { recipes, reader }: PieceSources): Promise<Batch> {
  const withRecipe = jobs.filter(({ source }) => source.kind === RECIPE);
  const wanted = withRecipe.map(({ wanted, source }) => ({ oid: wanted.oid, place: source.place }));
  return { jobs, withRecipe, found: await readRecipes(recipes, reader, wanted) };
}

async function* batchPieces(
  { jobs, withRecipe, found }: Batch,
  sources: PieceSources,
): AsyncGenerator<readonly Piece[]> {
  const recipeOf = ({ wanted }: Job) => found.get(wanted.oid) ?? 'corrupt';
  const own = new Set(withRecipe.map(({ source }) => placeKey(source.place)));
  sources.local.search(inOnePart(withRecipe, recipeOf), own);
  // Recipes lie at the end of their pack, small objects between other objects' chunks: together, they are read in one sweep.
  const starts = new Map(jobs.map((job) => [job, firstPlace(job, recipeOf(job))]));
  for (const job of jobs.toSorted((a, b) => byPlace(starts.get(a)!, starts.get(b)!))) {
    if (job.source.kind === RECIPE) yield* recipePieces(job, recipeOf(job), sources);
    else yield* singlePiece(job, job.source.kind);
  }
}

/** Where an object begins, as far as it is known before the parts of its recipe are read. */
function firstPlace({ source }: Job, recipe: Recipe | Failure): Place {
  const first = source.kind === RECIPE && typeof recipe !== 'string' ? recipe.chunks[0] : undefined;
  return first?.place ?? source.place;
}

/** An object that is one stored chunk: its oid is the chunk's hash. */
function* singlePiece(job: Job, kind: ChunkKind): Generator<readonly Piece[]> {
  const { oid, size } = job.wanted;
  const { place } = job.source;
  if (size > CHUNK_MAX || place.length > size || (kind === 0 && place.length !== size)) {
    job.failure = 'corrupt';
    return;
  }
  const chunk = { hash: oid, rawLength: size, kind, place };
  yield [{ job, chunk, offset: 0, chunkHere: false, baseHere: false, inPartial: false, last: true }];
}

async function* recipePieces(
  job: Job,
  recipe: Recipe | Failure,
  { recipes, reader, local, partials }: PieceSources,
): AsyncGenerator<readonly Piece[]> {
  job.addRecipes(job.source.place);
  if (typeof recipe === 'string' || recipe.size !== job.wanted.size) {
    job.failure = typeof recipe === 'string' ? recipe : 'corrupt';
    return;
  }
  job.addRecipes(...recipe.parts.map(({ place }) => place));
  const end = job.range.offset + job.range.length;
  job.partial = PartialObject.open(partials, job.wanted);
  for await (const run of readRuns(recipes, reader, recipe, job.range)) {
    if (typeof run === 'string') {
      job.failure = run;
      return;
    }
    const { chunks } = run;
    if (recipe.parts.length > 0) local.search(chunks, new Set([placeKey(job.source.place)]));
    let next = run.start;
    for (let at = 0; at < chunks.length; at += SLICE) {
      yield chunks.slice(at, at + SLICE).map((chunk) => {
        const offset = next;
        const inPartial = job.partial?.holds(chunk, offset) === true;
        const chunkHere = local.claim(chunk, recipe.oid, offset) || inPartial;
        const baseHere = chunk.base !== undefined && local.has(chunk.base.hash, recipe.oid);
        next += chunk.rawLength;
        return { job, chunk, offset, chunkHere, baseHere, inPartial, last: next >= end };
      });
      if (job.failure !== undefined) return;
      // To check what is here blocks; the reads that are under way want their turn.
      if (job.partial !== undefined) await setImmediate();
    }
  }
}

/** What is wanted of the recipes that have no parts: those of the others are looked for a part at a time. */
function* inOnePart(jobs: readonly Job[], recipeOf: (job: Job) => Recipe | Failure): Generator<RecipeChunk> {
  for (const job of jobs) {
    const recipe = recipeOf(job);
    if (typeof recipe !== 'string') yield* overlap({ start: 0, chunks: recipe.chunks }, job.range).chunks;
  }
}
