import { formatCount } from '../amounts.ts';
import { faultPoint } from '../fault-point.ts';
import { packKey } from '../format/keys.ts';
import type { Reporter } from '../report.ts';
import type { Wanted } from './fetch.ts';
import type { FetchAttempts } from './fetch-attempts.ts';
import type { Job } from './fetch-job.ts';
import { lookup } from './lookup.ts';
import type { PackReader } from './pack-reader.ts';
import type { Remote } from './remote.ts';

/** What has moved to another pack is in a later listing: once, and three times again. */
const LISTINGS = 4;

/**
 * The fetcher's steps of docs/FORMAT.md: jobs for what is wanted, a round at a time, each object from a place where it was not tried
 * yet. Every job of a round has to be done or to have a failure when the next round is asked for; `attempts` knows then what is
 * missing. Throws why the remote cannot be read, INTERRUPTED included.
 */
export async function* fetchRounds(
  remote: Remote,
  reader: PackReader,
  attempts: FetchAttempts,
  reporter: Reporter,
): AsyncGenerator<readonly Job[], void, undefined> {
  for (let listing = 1; listing <= LISTINGS && attempts.worthListing; listing++) {
    for (let refresh = true; ; refresh = false) {
      reader.throwIfStopped();
      const every = listing > 1 || !refresh;
      // In no variable: of very many objects it would be held until their last has come.
      const jobs = attempts.next(await lookup(remote.tables, attempts.oids(), { refresh, every }));
      faultPoint('remote-listed');
      if (jobs.length === 0) break;
      yield jobs;
      attempts.settle(jobs);
      reader.throwIfStopped();
      distrust(
        remote,
        jobs.filter(({ failure }) => failure === 'corrupt'),
        reporter,
      );
    }
  }
}

/** What is cached of places that do not hold what they should may be to blame: the next look reads it afresh. */
function distrust(remote: Remote, corrupt: readonly Job[], reporter: Reporter): void {
  if (corrupt.length === 0) return;
  remote.recipes.drop(corrupt.flatMap(({ recipes }) => recipes));
  for (const table of new Set(corrupt.map(({ source }) => source.table))) remote.tables.forget(table);
  const packs = new Map<string, { readonly first: Wanted; others: number }>();
  for (const { wanted, source } of corrupt) {
    const pack = packs.get(source.place.pack);
    if (pack === undefined) packs.set(source.place.pack, { first: wanted, others: 0 });
    else pack.others += 1;
  }
  for (const [pack, { first, others }] of packs) {
    const more = others === 0 ? '' : ` and ${formatCount(others, 'other object')}`;
    reporter.warn(`${packKey(pack)} does not give back ${first.path ?? first.oid}${more}: it is damaged`);
  }
}
