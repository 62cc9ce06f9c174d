import type { Missing, Wanted } from './fetch.ts';
import { Job } from './fetch-job.ts';
import type { ObjectPlace } from './lookup.ts';
import { placeKey } from './ranges.ts';

/** Which objects are still wanted, and from which of their places they have been tried in vain. */
export class FetchAttempts {
  readonly #open: Map<string, Wanted>;
  readonly #reasons = new Map<string, Missing['reason']>();
  readonly #tried = new Set<string>();

  constructor(wanted: readonly Wanted[]) {
    this.#open = new Map(wanted.map((each) => [each.oid, each]));
  }

  oids(): string[] {
    return [...this.#open.keys()];
  }

  /** True at first, and then while something that a table named has gone: it may have moved. */
  get worthListing(): boolean {
    if (this.#reasons.size === 0) return this.#open.size > 0;
    return [...this.#open.keys()].some((oid) => this.#reasons.get(oid) === 'gone');
  }

  /** One job for each object that has a place where it was not tried yet. */
  next(places: ReadonlyMap<string, readonly ObjectPlace[]>): Job[] {
    const jobs: Job[] = [];
    for (const wanted of this.#open.values()) {
      const fresh = places.get(wanted.oid)?.find((source) => !this.#tried.has(attemptKey(wanted, source)));
      if (fresh !== undefined) jobs.push(new Job(wanted, fresh));
      else if (!this.#reasons.has(wanted.oid)) this.#reasons.set(wanted.oid, 'unknown');
    }
    return jobs;
  }

  /** Takes in how the jobs ended. */
  settle(jobs: readonly Job[]): void {
    for (const { wanted, source, done, failure } of jobs) {
      if (done) {
        this.#open.delete(wanted.oid);
        continue;
      }
      this.#tried.add(attemptKey(wanted, source));
      if (failure === 'unreached' || this.#reasons.get(wanted.oid) === 'gone') continue;
      if (failure !== undefined) this.#reasons.set(wanted.oid, failure);
    }
  }

  missing(): Missing[] {
    return Array.from(this.#open.values(), ({ oid, size, path }) => ({
      oid,
      size,
      ...(path === undefined ? {} : { path }),
      reason: this.#reasons.get(oid) ?? 'unknown',
    }));
  }
}

function attemptKey(wanted: Wanted, source: ObjectPlace): string {
  return `${wanted.oid} ${placeKey(source.place)}`;
}
