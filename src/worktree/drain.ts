import { setImmediate } from 'node:timers/promises';
import { isLodeError, type LodeError, systemCode } from '../errors.ts';
import { faultPoint } from '../fault-point.ts';
import type { Repository } from '../git/repository.ts';
import type { Reporter } from '../report.ts';
import type { FileStore } from '../store/open.ts';
import { collectItems, type Item } from './drain-items.ts';
import { takeDrainLock } from './drain-lock.ts';
import { readable, tellOfPointers } from './drain-report.ts';
import { chooseEntries, patchEntries } from './index-patch.ts';
import { hasJournal, type JournalRecord, readJournal } from './journal.ts';
import { removeLeftovers } from './leftovers.ts';
import { pointerStat, replaceFile } from './replace-file.ts';
import { fullPath, ParentFolders } from './safe-path.ts';

export interface DrainDependencies {
  readonly store: FileStore;
  readonly reporter: Reporter;
  /**
   * Brings missing objects into the store. Resolves to the oids that the remote does not have; throws a LodeError where it
   * cannot be reached. Called only if something is missing.
   */
  readonly fetch: (wanted: readonly Wanted[]) => Promise<ReadonlySet<string>>;
  readonly signal?: AbortSignal;
}

export interface Wanted {
  readonly oid: string;
  /** Bytes of content. */
  readonly size: number;
  readonly path: string;
}

export type LeftReason = 'missing' | 'unreachable' | 'locked' | 'failed' | 'interrupted';

export interface DrainResult {
  /** Files that now hold their content. */
  readonly materialised: number;
  /** Files that are still pointers, and why. */
  readonly left: readonly { readonly path: string; readonly reason: LeftReason }[];
}

/** A turn of the event loop at least this often, for signals to be seen. */
const TURN_MS = 50;

export interface DrainOptions {
  /** Files beside those of the journals. */
  readonly more?: readonly JournalRecord[];
  /** Work off what running filters have recorded, too: for a hook, which git runs when it has written its index. */
  readonly running?: boolean;
}

/**
 * Materialises every file that a journal of this worktree names, and `more`. Safe to run at any time, by several processes, and
 * again after a crash at any step: docs/ARCHITECTURE.md tells why. Expected failures are told through the reporter and in the
 * result; git, which waits for us, would not look at an exit code.
 */
export async function drainJournal(
  repository: Repository,
  dependencies: DrainDependencies,
  { more = [], running = false }: DrainOptions = {},
): Promise<DrainResult> {
  const nothing = { materialised: 0, left: [] };
  if (repository.workTree === undefined || (more.length === 0 && !hasJournal(repository.ownDir)))
    return nothing;
  const lock = await takeDrainLock(repository.ownDir);
  if (lock === undefined) {
    dependencies.reporter.warn('another command is checking files out here; afterwards run: git lode pull');
    return nothing;
  }
  faultPoint('drain-locked');
  try {
    removeLeftovers(repository.ownDir, `${repository.indexFile}.lock`);
    const journal = readJournal(repository.ownDir, running ? 'mine' : 'busy');
    const items = collectItems(repository, [...journal.records, ...more]);
    leaveBusy(items, journal.busy);
    await materialise(repository, items, dependencies);
    const unfinished = items.filter((item) => item.left !== undefined);
    // What waits for its object is no business of the next command's: `pull` finds pointers in the working tree by itself.
    const parked = unfinished.filter((item) => dependencies.store.has(item.oid, item.size));
    journal.settle(
      parked.map((item) => ({ oid: item.oid, size: item.size, path: Buffer.from(item.name, 'latin1') })),
    );
    const result = {
      materialised: items.filter((item) => item.stat !== undefined).length,
      left: unfinished.map((item) => ({ path: readable(item), reason: item.left! })),
    };
    tellOfPointers(unfinished, dependencies);
    return result;
  } finally {
    lock.release();
  }
}

/** A git that is at work takes the files that it has just written for pointers: it is about to record them as such. */
function leaveBusy(items: readonly Item[], busy: readonly JournalRecord[]): void {
  const names = new Set(busy.map(({ path }) => path.toString('latin1')));
  for (const item of items) if (names.has(item.name)) item.left = 'locked';
}

async function materialise(
  repository: Repository,
  items: readonly Item[],
  dependencies: DrainDependencies,
): Promise<void> {
  await bringMissing(repository, items, dependencies);
  const ready = items.filter((item) => item.left === undefined && !item.done);
  if (ready.length === 0) return;
  const indexMtime = await chooseEntries(repository, ready);
  faultPoint('sizes-forgotten');
  await replaceAll(repository, ready, indexMtime, dependencies);
  faultPoint('files-replaced');
  await patchEntries(repository, ready);
  faultPoint('index-patched');
}

/** Only what a file of the working tree still waits for: a rebase journals every version that it passes through. */
async function bringMissing(
  repository: Repository,
  items: readonly Item[],
  dependencies: DrainDependencies,
): Promise<void> {
  const { store, fetch, reporter } = dependencies;
  const waiting: Item[] = [];
  for (const item of items) {
    if (item.left !== undefined || store.has(item.oid, item.size)) continue;
    if (isPointer(fullPath(repository.workTree!, item.name), item.pointer)) waiting.push(item);
    else item.done = true;
  }
  if (waiting.length === 0) return;
  let absent: ReadonlySet<string> = new Set();
  let reason: LeftReason = 'missing';
  try {
    absent = await fetch(waiting.map((item) => ({ oid: item.oid, size: item.size, path: readable(item) })));
  } catch (error) {
    if (!isLodeError(error)) throw error;
    reason = error.code === 'INTERRUPTED' ? 'interrupted' : 'unreachable';
    if (reason === 'unreachable') reporter.warn(explain(error));
  }
  for (const item of waiting) {
    if (absent.has(item.oid)) item.left = 'missing';
    else if (!store.has(item.oid, item.size)) item.left = reason;
  }
}

/** A file that may not be read counts as one: replacing it will fail, and say why. */
function isPointer(file: string | Buffer, pointer: Buffer): boolean {
  try {
    return pointerStat(file, pointer) !== undefined;
  } catch (error) {
    if (systemCode(error) === undefined) throw error;
    return true;
  }
}

function explain(error: LodeError): string {
  return [error.message, error.subject && `(${error.subject})`, error.hint && `\n  ${error.hint}`]
    .filter(Boolean)
    .join(' ');
}

async function replaceAll(
  repository: Repository,
  items: readonly Item[],
  indexMtime: number | undefined,
  { store, signal, reporter }: DrainDependencies,
): Promise<void> {
  const parents = new ParentFolders(repository.workTree!);
  const ownDevice = parents.deviceOf(repository.ownDir);
  const total = items.reduce((sum, item) => sum + item.size, 0);
  const task = reporter.task({ title: 'Checking out', totalBytes: total, totalItems: items.length });
  let turn = performance.now();
  for (const item of items) {
    if (item.done || item.left !== undefined) continue;
    if (signal?.aborted) {
      item.left = 'interrupted';
      continue;
    }
    const device = parents.device(item.name);
    if (device === undefined) {
      item.done = true;
      continue;
    }
    const backDated = (item.chosen || item.byGit) && indexMtime !== undefined;
    const outcome = replaceFile(
      {
        file: fullPath(repository.workTree!, item.name),
        pointer: item.pointer,
        oid: item.oid,
        size: item.size,
        // An entry that is not older than git's index is read again by every status.
        mtime: backDated ? (pointerMtime) => Math.min(pointerMtime, indexMtime - 1) : undefined,
        temporaryFolder: device === ownDevice ? repository.ownDir : undefined,
      },
      store,
    );
    if (outcome.kind === 'replaced') {
      item.stat = outcome.stat;
      faultPoint('file-replaced');
    } else if (outcome.kind === 'missing-object') item.left = 'missing';
    else if (outcome.kind === 'failed') {
      item.left = 'failed';
      item.failure = outcome.code;
    } else item.done = true;
    task.add(item.size, 1);
    if (performance.now() - turn > TURN_MS) {
      await setImmediate();
      turn = performance.now();
    }
  }
  task.done();
}
