import type { ByteRange } from '../backend/backend.ts';
import type { Place } from '../format/recipe.ts';
import type { Wanted } from './fetch.ts';
import type { ObjectPlace } from './lookup.ts';
import type { PartialObject } from './partial-object.ts';
import type { Failure } from './ranges.ts';

/** One object on its way here from one of its places. */
export class Job {
  readonly wanted: Wanted;
  readonly source: ObjectPlace;
  /** Which of its bytes are wanted: all, unless whoever runs the job says otherwise. */
  range: ByteRange;
  /** Places of the recipe and of its parts, as far as they were read. */
  readonly recipes: Place[] = [];
  /** What is here of the object from a fetch that was cut. */
  partial: PartialObject | undefined;
  /** True when what is wanted of the object is here. */
  done = false;
  /** Why it cannot be had from this place. The stages leave such a job alone. */
  failure: Failure | undefined;

  constructor(wanted: Wanted, source: ObjectPlace) {
    this.wanted = wanted;
    this.source = source;
    this.range = { offset: 0, length: wanted.size };
  }
}

/** At the end of a round: what never came was not reached. */
export function endJobs(jobs: readonly Job[]): void {
  for (const job of jobs) if (!job.done) job.failure ??= 'unreached';
}
