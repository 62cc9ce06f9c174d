import { systemCode } from '../errors.ts';
import type { DrainDependencies } from '../worktree/drain.ts';
import { isDrainedByOther } from '../worktree/drain-lock.ts';
import { type JournalRecord, keepOwnAlone } from '../worktree/journal.ts';
import { converseInThread } from './conversation-thread.ts';
import { FetchAhead } from './fetch-ahead.ts';
import { isLasting } from './fetches.ts';
import type { ProcessContext } from './filter-process.ts';
import type { MissingObjects } from './missing-objects.ts';
import { converse, type FilterSession } from './process.ts';

/** Milliseconds between two looks for a hook that works the journals off. */
const LOOK_EVERY = 100;

/** What brings the rest when git has ended, and what ends it. */
export type Finish = (
  recent: readonly JournalRecord[],
  fetching: Pick<DrainDependencies, 'fetch' | 'fetched'>,
) => Promise<void>;

/**
 * Fetches what git's files wait for while a thread goes on with the conversation; `finish` is called when git has ended it, with the files
 * that the thread has answered with their content last.
 */
export async function fetchBesideGit(
  { repository, reporter, tasks, fetches, stop }: ProcessContext,
  session: FilterSession,
  missing: MissingObjects,
  finish: Finish,
): Promise<void> {
  const { ownDir } = repository;
  const { wanted, version } = missing.take();
  let asked: string | undefined;
  let isDead = false;
  // A hook would find out the same, and take as long.
  const keepHooksOff = () => {
    try {
      if (isDead) keepOwnAlone(ownDir);
    } catch (error) {
      // Only their time is lost.
      if (systemCode(error) === undefined) throw error;
    }
  };
  const ahead = new FetchAhead({
    async fetchLot(lot, onObject, signal) {
      try {
        // What git has written of the version is not all of it yet.
        const more = { signal, version, onRemote: (remote: string) => (asked = remote) };
        return await fetches.bring(lot, onObject, more);
      } catch (error) {
        isDead ||= isLasting(error);
        keepHooksOff();
        throw error;
      }
    },
    signal: stop.signal,
    isLasting: async (error) => isLasting(error) && asked === (await fetches.currentRemote()),
  });
  tasks.hold();
  ahead.add(wanted);
  // A hook drains while this process lives: what it fetches need not come twice.
  const look = setInterval(() => {
    if (isDrainedByOther(ownDir)) ahead.giveWay();
  }, LOOK_EVERY);
  try {
    const script = new URL('conversation-worker.js', import.meta.url);
    const data = { repository, areMany: session.small.haveBecomeMany };
    let recent = await converseInThread(script, data, {
      begun: keepHooksOff,
      wanted: (objects) => ahead.add(objects),
      info: (line) => reporter.info(line),
      warn: (line) => reporter.warn(line),
      brought: (summary) => fetches.count(summary),
    });
    if (recent === undefined) {
      ahead.giveWay();
      missing.stay();
      await converse(session);
      recent = [];
    }
    clearInterval(look);
    tasks.release();
    const fetch: DrainDependencies['fetch'] = (rest, onObject) => ahead.bring(rest, onObject);
    await finish(recent, { fetch, fetched: () => ahead.close() });
  } catch (error) {
    stop.abort();
    throw error;
  } finally {
    clearInterval(look);
    await ahead.close();
  }
}
