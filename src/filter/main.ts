import { setMaxListeners } from 'node:events';
import module from 'node:module';
import { isLodeError, systemCode } from '../errors.ts';
import { findRepository, type Repository } from '../git/repository.ts';
import { ensureHooks } from '../install/ensure-hooks.ts';
import type { Reporter } from '../report.ts';
import { type FileStore, openStore } from '../store/open.ts';
import { programName } from '../ui/program-name.ts';
import { isQuiet } from '../ui/quiet.ts';
import { createReporter } from '../ui/reporter.ts';
import { type DrainDependencies, drainJournal, type Wanted } from '../worktree/drain.ts';
import { hasJournal } from '../worktree/journal.ts';
import { streamContent } from './content.ts';
import { converseInThread } from './conversation-thread.ts';
import { FetchAhead, type OnObject } from './fetch-ahead.ts';
import { HeldTasks } from './held-tasks.ts';
import { MissingObjects } from './missing-objects.ts';
import { cleanOnce, smudgeOnce } from './one-shot.ts';
import { PacketWriter } from './packet-writer.ts';
import { serve } from './process.ts';
import { openCleaner, openSession } from './session.ts';

/*
 * The entry that git's filter configuration runs: `filter-process`, `clean <path>`, `smudge <path>`. It loads nothing that these do
 * not need; whatever reaches the remote is imported when an object is missing.
 */
// From Node 22 on.
(module as { enableCompileCache?: () => void }).enableCompileCache?.();

const [verb, pathname = ''] = process.argv.slice(2);
const stop = new AbortController();
// Every request of a fetch listens to it for a while.
setMaxListeners(0, stop.signal);
const reporter = createReporter({
  stderr: process.stderr,
  isTerminal: process.stderr.isTTY === true,
  quiet: () => isQuiet(process.env),
  progressFile: process.env.GIT_LODE_PROGRESS,
  program: programName(import.meta.url, process.cwd()),
});

// A terminal that has gone is no reason to leave files half-way.
process.stderr.on('error', () => {});

try {
  const repository = findRepository(process.cwd());
  const store = openStore(repository.sharedDir);
  const bring = async (wanted: readonly Wanted[], onObject?: OnObject) => {
    const { bringObjects } = await import('../remote/bring-objects.ts');
    return bringObjects(repository, store, wanted, {
      reporter,
      signal: stop.signal,
      env: process.env,
      onObject,
    });
  };
  const write = (bytes: Buffer) => new PacketWriter(1).send(bytes);
  if (verb === 'filter-process') {
    await filterProcess(repository, store, bring);
  } else if (verb === 'clean') {
    cleanOnce(openCleaner(repository, store), Buffer.from(pathname), streamContent(0), write);
    store.flush();
  } else if (verb === 'smudge') {
    await smudgeOnce(pathname, streamContent(0), { store, bring, reporter, write });
  } else {
    reporter.warn('this program is run by git as a filter; people run git lode');
    process.exitCode = 2;
  }
} catch (error) {
  process.exitCode = fail(error, reporter);
}

async function filterProcess(
  repository: Repository,
  store: FileStore,
  bring: DrainDependencies['fetch'],
): Promise<void> {
  // A module that imports node:process has every getter of it called: that of the standard input would make git's pipe one that does
  // not block.
  Object.defineProperty(process, 'stdin', { value: undefined });
  const deferred = new MissingObjects(repository, store);
  const session = openSession(repository, store, {
    reporter,
    bring: (wanted) => bring(wanted, () => {}),
    deferred,
  });
  const ended = await serve(session);
  session.journal.close();
  const end = (fetch: DrainDependencies['fetch']) =>
    finish(repository, { store, reporter, fetch, signal: stop.signal });
  if (ended) await end(bring);
  else await fetchMeanwhile(repository, store, deferred, end);
}

/** Fetches what git's files wait for while git still writes them, and `end`s when it has. */
async function fetchMeanwhile(
  repository: Repository,
  store: FileStore,
  deferred: MissingObjects,
  end: (fetch: DrainDependencies['fetch']) => Promise<void>,
): Promise<void> {
  const tasks = new HeldTasks(reporter);
  const { openFetch, tellDownloaded } = await import('../remote/bring-objects.ts');
  const context = { reporter: tasks, signal: stop.signal, env: process.env };
  const ahead = new FetchAhead(() => openFetch(repository, store, context));
  ahead.add(deferred.take());
  try {
    const script = new URL('conversation-worker.js', import.meta.url);
    await converseInThread(script, repository, reporter, (wanted) => ahead.add(wanted));
    tasks.release();
    await end((wanted, onObject) => ahead.bring(wanted, onObject));
    tellDownloaded(ahead.brought, reporter);
  } catch (error) {
    stop.abort();
    throw error;
  } finally {
    await ahead.close();
  }
}

async function finish(repository: Repository, dependencies: DrainDependencies): Promise<void> {
  ignoreSignals();
  dependencies.store.flush();
  await ensureHooks(repository, dependencies.reporter);
  if (hasJournal(repository.ownDir)) await drainJournal(repository, dependencies);
}

/** When git has closed its end it waits for us: files may be half-way replaced, so a signal only asks to stop between two of them. */
function ignoreSignals(): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stop.abort());
}

/** git ignores what a filter exits with after it has closed its end; before that, an early exit fails git's command. */
function fail(error: unknown, to: Reporter): number {
  // git has gone away: it says itself why.
  if (systemCode(error) === 'EPIPE') return 1;
  if (!isLodeError(error)) throw error;
  to.warn(
    `${error.message}${error.subject === undefined ? '' : ` (${error.subject})`}${error.hint === undefined ? '' : `\n  ${error.hint}`}`,
  );
  return 1;
}
