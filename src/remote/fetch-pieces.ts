import { setImmediate } from 'node:timers/promises';
import type { ChunkKind } from '../format/codec.ts';
import { CHUNK_MAX } from '../format/limits.ts';
import { RECIPE } from '../format/pack.ts';
import type { Place, Recipe, RecipeChunk } from '../format/recipe.ts';
import type { Store } from '../store/store.ts';
import type { Job } from './fetch-job.ts';
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

/** Turns jobs into pieces: in the order of the packs, so that neighbours are read together, some recipes at a time. */
export async function* piecesOf(
  jobs: readonly Job[],
  sources: PieceSources,
): AsyncGenerator<readonly Piece[]> {
  const sorted = [...jobs].sort((a, b) => byPlace(a.source.place, b.source.place));
  for (const batch of batches(sorted)) {
    if (sources.reader.stopped) return;
    yield* batchPieces(batch, sources);
  }
}

/** Cuts the sorted jobs where their recipes would be too much at once. */
export function* batches(sorted: readonly Job[]): Generator<readonly Job[]> {
  let batch: Job[] = [];
  let cost = 0;
  for (const job of sorted) {
    const more = job.source.kind === RECIPE ? readCost(job.source.place, batch.at(-1)?.source.place) : 0;
    if (batch.length > 0 && (cost + more > BATCH_BYTES || batch.length === BATCH_JOBS)) {
      yield batch;
      batch = [];
      cost = 0;
    }
    batch.push(job);
    cost += more;
  }
  if (batch.length > 0) yield batch;
}

async function* batchPieces(batch: readonly Job[], sources: PieceSources): AsyncGenerator<readonly Piece[]> {
  const { recipes, reader, local } = sources;
  const withRecipe = batch.filter(({ source }) => source.kind === RECIPE);
  const wanted = withRecipe.map(({ wanted, source }) => ({ oid: wanted.oid, place: source.place }));
  const found = await readRecipes(recipes, reader, wanted);
  const recipeOf = ({ wanted }: Job) => found.get(wanted.oid) ?? 'corrupt';
  local.search(inOnePart(withRecipe, recipeOf), new Set(wanted.map(({ place }) => placeKey(place))));
  // Recipes lie at the end of their pack, small objects between other objects' chunks: together, they are read in one sweep.
  const starts = new Map(batch.map((job) => [job, firstPlace(job, recipeOf(job))]));
  for (const job of batch.toSorted((a, b) => byPlace(starts.get(a)!, starts.get(b)!))) {
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
