import type { DrainDependencies, Wanted } from '../worktree/drain.ts';
import { isDrainedByOther } from '../worktree/drain-lock.ts';
import { type JournalRecord, keepOwnAlone } from '../worktree/journal.ts';
import { converseInThread } from './conversation-thread.ts';
import { FetchAhead } from './fetch-ahead.ts';
import type { ProcessContext } from './filter-process.ts';
import type { SmallFiles } from './small-files.ts';

/** Milliseconds between two looks for a hook that works the journals off. */
const LOOK_EVERY = 100;

/**
 * Fetches what git's files wait for, `first` to begin with, while a thread goes on with the conversation; `finish` is called when git has
 * ended it, with the files that were answered with their content last, and with what brings the rest.
 */
export async function fetchBesideGit(
  { repository, reporter, tasks, fetches, stop }: ProcessContext,
  small: SmallFiles,
  first: readonly Wanted[],
  finish: (recent: readonly JournalRecord[], fetch: DrainDependencies['fetch']) => Promise<void>,
): Promise<void> {
  const { ownDir } = repository;
  const ahead = new FetchAhead(
    (wanted, onObject, signal) => fetches.bring(wanted, onObject, { signal }),
    stop.signal,
    // A hook would find out the same, and take as long.
    () => keepOwnAlone(ownDir),
  );
  tasks.hold();
  ahead.add(first);
  // A hook drains while this process lives: what it fetches need not come twice.
  const look = setInterval(() => {
    if (isDrainedByOther(ownDir)) ahead.giveWay();
  }, LOOK_EVERY);
  try {
    const script = new URL('conversation-worker.js', import.meta.url);
    const data = { repository, areMany: small.haveBecomeMany };
    const recent = await converseInThread(script, data, reporter, (wanted) => ahead.add(wanted));
    clearInterval(look);
    tasks.release();
    await finish(recent, (wanted, onObject) => ahead.bring(wanted, onObject));
  } catch (error) {
    stop.abort();
    throw error;
  } finally {
    clearInterval(look);
    await ahead.close();
  }
}
