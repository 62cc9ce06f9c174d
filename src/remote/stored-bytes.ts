import { RECIPE } from '../format/pack.ts';
import type { Recipe } from '../format/recipe.ts';
import type { Reporter, Task } from '../report.ts';
import type { Wanted } from './fetch.ts';
import { FetchAttempts } from './fetch-attempts.ts';
import type { Job } from './fetch-job.ts';
import { batches } from './fetch-pieces.ts';
import { fetchRounds } from './fetch-rounds.ts';
import { PackReader } from './pack-reader.ts';
import { byPlace, type Failure } from './ranges.ts';
import { readChunks, readRecipes } from './recipes.ts';
import type { Remote } from './remote.ts';
import { StoredPlaces } from './stored-places.ts';

/**
 * What the remote stores for each of `objects`, which are distinct, in bytes: its chunks, their bases and its recipe, each place
 * counted once, for the first object that needs it. Undefined for an object that the remote does not have. Reads tables and recipes,
 * the latter together where they are neighbours, and keeps both in the cache. Throws why the remote cannot be read, INTERRUPTED included.
 */
export async function storedBytes(
  remote: Remote,
  objects: readonly Wanted[],
  { reporter, signal }: { readonly reporter: Reporter; readonly signal: AbortSignal },
): Promise<(number | undefined)[]> {
  const task = reporter.task({ title: 'Counting', totalItems: objects.length });
  const attempts = new FetchAttempts(objects);
  try {
    await remote.beginReading();
    const reader = new PackReader(remote.backend, signal);
    const counter = new Counter(remote, reader, objects, task);
    for await (const jobs of fetchRounds(remote, reader, attempts, reporter)) await counter.count(jobs);
    const missing = new Set(attempts.oids());
    const sums = counter.places.sums(objects.length);
    return objects.map(({ oid }, at) => (missing.has(oid) ? undefined : sums[at]));
  } finally {
    remote.recipes.flush();
    task.done();
  }
}

class Counter {
  readonly places = new StoredPlaces();
  readonly #remote: Remote;
  readonly #reader: PackReader;
  readonly #order: ReadonlyMap<string, number>;
  readonly #task: Task;

  constructor(remote: Remote, reader: PackReader, objects: readonly Wanted[], task: Task) {
    this.#remote = remote;
    this.#reader = reader;
    this.#order = new Map(objects.map(({ oid }, at) => [oid, at]));
    this.#task = task;
  }

  /** Every job ends done or with a failure. */
  async count(jobs: readonly Job[]): Promise<void> {
    const sorted = [...jobs].sort((a, b) => byPlace(a.source.place, b.source.place));
    for (const job of sorted) if (job.source.kind !== RECIPE) this.#done(job);
    for (const batch of batches(sorted.filter(({ source }) => source.kind === RECIPE))) {
      const wanted = batch.map(({ wanted, source }) => ({ oid: wanted.oid, place: source.place }));
      const recipes = await readRecipes(this.#remote.recipes, this.#reader, wanted);
      for (const job of batch) await this.#countRecipe(job, recipes.get(job.wanted.oid) ?? 'corrupt');
    }
  }

  async #countRecipe(job: Job, recipe: Recipe | Failure): Promise<void> {
    job.addRecipes(job.source.place);
    if (typeof recipe === 'string' || recipe.size !== job.wanted.size) {
      job.failure = typeof recipe === 'string' ? recipe : 'corrupt';
      return;
    }
    const owner = this.#order.get(job.wanted.oid)!;
    job.addRecipes(...recipe.parts.map(({ place }) => place));
    for (const { place } of recipe.parts) this.places.add(place, owner);
    for await (const chunks of readChunks(this.#remote.recipes, this.#reader, recipe)) {
      if (typeof chunks === 'string') {
        job.failure = chunks;
        return;
      }
      for (const { place, base } of chunks) {
        this.places.add(place, owner);
        if (base !== undefined) this.places.add(base.place, owner);
      }
    }
    this.#done(job);
  }

  #done(job: Job): void {
    this.places.add(job.source.place, this.#order.get(job.wanted.oid)!);
    job.done = true;
    this.#task.add(0, 1);
  }
}
