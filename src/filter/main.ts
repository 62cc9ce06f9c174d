import { setMaxListeners } from 'node:events';
import module from 'node:module';
import { isLodeError, systemCode } from '../errors.ts';
import { findRepository, type Repository } from '../git/repository.ts';
import { ensureHooks } from '../install/ensure-hooks.ts';
import type { Reporter } from '../report.ts';
import { openStore } from '../store/open.ts';
import { programName } from '../ui/program-name.ts';
import { isQuiet } from '../ui/quiet.ts';
import { createReporter } from '../ui/reporter.ts';
import { drainJournal, type Wanted } from '../worktree/drain.ts';
import { hasJournal, JournalWriter } from '../worktree/journal.ts';
import { ageRacyFiles } from '../worktree/racy-files.ts';
import { Cleaner } from './clean.ts';
import { streamContent } from './content.ts';
import { Fetches } from './fetches.ts';
import { FirstCheckout } from './first-checkout.ts';
import { cleanOnce, smudgeOnce } from './one-shot.ts';
import { PacketReader } from './packet-reader.ts';
import { PacketWriter } from './packet-writer.ts';
import { serve } from './process.ts';
import { SmallFiles } from './small-files.ts';
import { tornPointerFinder } from './torn.ts';

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
  const cleaner = new Cleaner({
    store,
    workTree: repository.workTree,
    hashWorker: new URL('hash-worker.js', import.meta.url),
    tornPointer: tornPointerFinder(repository.ownDir, store),
  });
  const fetches = new Fetches(async (wanted, options) => {
    const { fetchFromRemote } = await import('../remote/bring-objects.ts');
    return fetchFromRemote(repository, store, wanted, { ...options, signal: stop.signal, env: process.env });
  }, reporter);
  const bring = (wanted: readonly Wanted[]) => fetches.bring(wanted);
  const writer = new PacketWriter(1);
  const write = (bytes: Buffer) => writer.send(bytes);
  if (verb === 'filter-process') {
    const journal = new JournalWriter(repository.ownDir);
    const firstCheckout = new FirstCheckout({
      repository,
      store,
      async bring(wanted, version) {
        const isHere = await fetches.bringAhead(wanted, version);
        if (fetches.hasFailed) journal.keepAlone();
        return isHere;
      },
    });
    const small = new SmallFiles(store);
    const session = {
      reader: new PacketReader(0),
      writer,
      repository,
      store,
      journal,
      cleaner,
      reporter,
      bring,
      small,
      firstCheckout,
    };
    await serve(session);
    ignoreSignals();
    store.flush();
    const fetch: Parameters<typeof drainJournal>[1]['fetch'] = (wanted, onObject) =>
      fetches.bringRest(wanted, onObject);
    await finish(repository, journal, { store, reporter, fetch, signal: stop.signal });
    await ageRacyFiles(repository, small.recent(), stop.signal);
  } else if (verb === 'clean') {
    cleanOnce(cleaner, Buffer.from(pathname), streamContent(0), write);
    store.flush();
  } else if (verb === 'smudge') {
    await smudgeOnce(pathname, streamContent(0), { store, bring, reporter, write });
  } else {
    reporter.warn('this program is run by git as a filter; people run git lode');
    process.exitCode = 2;
  }
  fetches.tell();
} catch (error) {
  process.exitCode = fail(error, reporter);
}

/** When git has closed its end it waits for us: files may be half-way replaced, so a signal only asks to stop between two of them. */
function ignoreSignals(): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stop.abort());
}

async function finish(
  repository: Repository,
  journal: JournalWriter,
  dependencies: Parameters<typeof drainJournal>[1],
): Promise<void> {
  await ensureHooks(repository, dependencies.reporter);
  journal.close();
  if (hasJournal(repository.ownDir)) await drainJournal(repository, dependencies);
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
