import { setMaxListeners } from 'node:events';
import module from 'node:module';
import { isLodeError, systemCode } from '../errors.ts';
import { findRepository } from '../git/repository.ts';
import type { Reporter } from '../report.ts';
import { openStore } from '../store/open.ts';
import { programName } from '../ui/program-name.ts';
import { isQuiet } from '../ui/quiet.ts';
import { createReporter } from '../ui/reporter.ts';
import type { Wanted } from '../worktree/drain.ts';
import { streamContent } from './content.ts';
import { Fetches } from './fetches.ts';
import { filterProcess } from './filter-process.ts';
import { HeldTasks } from './held-tasks.ts';
import { cleanOnce, smudgeOnce } from './one-shot.ts';
import { PacketWriter } from './packet-writer.ts';
import { openCleaner } from './session.ts';

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

// The standard output is git's. Node's own streams read the property, which makes a pipe one that does not block.
Object.defineProperty(process, 'stdout', { configurable: true, get: () => process.stderr });
// A terminal that has gone is no reason to leave files half-way.
process.stderr.on('error', () => {});

try {
  const repository = findRepository(process.cwd());
  const store = openStore(repository.sharedDir);
  const tasks = new HeldTasks(reporter);
  const { env } = process;
  const load = () => import('../remote/bring-objects.ts');
  const fetches = new Fetches(
    async (wanted, options) => {
      const { fetchFromRemote } = await load();
      return fetchFromRemote(repository, store, wanted, { signal: stop.signal, ...options, env });
    },
    tasks,
    async () => (await load()).currentRemote(repository, env),
  );
  const write = (bytes: Buffer) => new PacketWriter(1).send(bytes);
  if (verb === 'filter-process') {
    await filterProcess({ repository, store, reporter, tasks, fetches, stop });
  } else if (verb === 'clean') {
    cleanOnce(openCleaner(repository, store), Buffer.from(pathname), streamContent(0), write);
    store.flush();
  } else if (verb === 'smudge') {
    const bring = (wanted: readonly Wanted[]) => fetches.bring(wanted);
    await smudgeOnce(pathname, streamContent(0), { store, bring, reporter, write });
  } else {
    reporter.warn('this program is run by git as a filter; people run git lode');
    process.exitCode = 2;
  }
  fetches.tell();
} catch (error) {
  process.exitCode = fail(error, reporter);
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
