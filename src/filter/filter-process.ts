import type { Repository } from '../git/repository.ts';
import { ensureHooks } from '../install/ensure-hooks.ts';
import type { Reporter } from '../report.ts';
import type { FileStore } from '../store/open.ts';
import { type DrainDependencies, drainJournal } from '../worktree/drain.ts';
import { hasJournal, type JournalRecord, type JournalWriter } from '../worktree/journal.ts';
import { ageRacyFiles } from '../worktree/racy-files.ts';
import { type Finish, fetchBesideGit } from './fetch-beside-git.ts';
import type { Fetches } from './fetches.ts';
import { FirstCheckout } from './first-checkout.ts';
import type { HeldTasks } from './held-tasks.ts';
import { MissingObjects } from './missing-objects.ts';
import { serve } from './process.ts';
import { openSession } from './session.ts';

export interface ProcessContext {
  readonly repository: Repository;
  readonly store: FileStore;
  readonly reporter: Reporter;
  /** The reporter that `fetches` tells of its progress. */
  readonly tasks: HeldTasks;
  readonly fetches: Fetches;
  readonly stop: AbortController;
}

/** What git runs once for each of its commands: its conversation, and then all that was deferred. */
export async function filterProcess(context: ProcessContext): Promise<void> {
  const { repository, store, reporter, fetches } = context;
  const deferred = new MissingObjects(repository, store, () => !fetches.hasFailed);
  const bring = (wanted: Parameters<DrainDependencies['fetch']>[0]) => fetches.bring(wanted);
  const firstCheckout = new FirstCheckout({
    repository,
    store,
    async bring(wanted, version) {
      const isHere = await fetches.bringAhead(wanted, version);
      if (fetches.hasFailed) session.journal.keepAlone();
      return isHere;
    },
  });
  const session = openSession(repository, store, { reporter, bring, deferred, firstCheckout });
  const end: Finish = (recent, fetching) =>
    finish(context, session.journal, [...session.small.recent(), ...recent], fetching);
  if (!(await serve(session))) return fetchBesideGit(context, session, deferred, end);
  await end([], { fetch: (wanted, onObject) => fetches.bringRest(wanted, onObject) });
}

/** When git has ended. `recent` are the files that were answered with their content last. */
async function finish(
  { repository, store, reporter, stop }: ProcessContext,
  journal: JournalWriter,
  recent: readonly JournalRecord[],
  fetching: Pick<DrainDependencies, 'fetch' | 'fetched'>,
): Promise<void> {
  const { signal } = stop;
  // git waits for us: files may be half-way replaced, so a signal only asks to stop between two of them.
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => stop.abort());
  store.flush();
  await ensureHooks(repository, reporter);
  journal.close();
  if (hasJournal(repository.ownDir)) await drainJournal(repository, { store, reporter, ...fetching, signal });
  await ageRacyFiles(repository, recent, signal);
}
