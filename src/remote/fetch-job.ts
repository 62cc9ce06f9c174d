import type { ByteRange } from '../backend/backend.ts';
import type { Place } from '../format/recipe.ts';
import type { Wanted } from './fetch.ts';
import type { ObjectPlace } from './lookup.ts';
import type { PartialObject } from './partial-object.ts';
import type { Failure } from './ranges.ts';

/** One object on its way here from one of its places. There may be very many. */
export class Job {
  readonly wanted: Wanted;
  readonly source: ObjectPlace;
  #range: ByteRange | undefined = undefined;
  #recipes: readonly Place[] = NONE;
  /** What is here of the object from a fetch that was cut. */
  partial: PartialObject | undefined;
  /** True when what is wanted of the object is here. */
  done = false;
  /** Why it cannot be had from this place. The stages leave such a job alone. */
  failure: Failure | undefined;

  constructor(wanted: Wanted, source: ObjectPlace) {
    this.wanted = wanted;
    this.source = source;
  }

  /** Which of its bytes are wanted: all, unless whoever runs the job says otherwise. */
  get range(): ByteRange {
    return this.#range ?? { offset: 0, length: this.wanted.size };
  }

  set range(range: ByteRange) {
    this.#range = range;
  }

  /** Places of the recipe and of its parts, as far as they were read. */
  get recipes(): readonly Place[] {
    return this.#recipes;
  }

  addRecipes(...places: readonly Place[]): void {
    this.#recipes = [...this.#recipes, ...places];
  }
}

const NONE: readonly Place[] = [];

/** At the end of a round: what never came was not reached. */
export function endJobs(jobs: readonly Job[]): void {
  for (const job of jobs) if (!job.done) job.failure ??= 'unreached';
}
