import { collectAll } from '../buffer-collector.ts';
import { isLodeError, type LodeError, systemCode } from '../errors.ts';
import { faultPoint } from '../fault-point.ts';
import type { Repository } from '../git/repository.ts';
import type { Reporter } from '../report.ts';
import type { FileStore } from '../store/open.ts';
import { storeError } from '../store/temporary.ts';
import { collectItems, type Item } from './drain-items.ts';
import { takeDrainLock } from './drain-lock.ts';
import { placeContents } from './drain-place.ts';
import { tellOfPointers } from './drain-report.ts';
import { EarlyCopies } from './early-copies.ts';
import { EarlyPlacement } from './early-placement.ts';
import { hasJournal, type JournalRecord, JournalWriter, readJournal } from './journal.ts';
import { hasLeftovers, removeLeftovers } from './leftovers.ts';
import type { PointerFile } from './pointer-file.ts';
import { pointerStat } from './replace-file.ts';
import { fullPath } from './safe-path.ts';

/** From so many files on their number is what takes memory. */
const MANY = 10_000;

export interface DrainDependencies {
  readonly store: FileStore;
  readonly reporter: Reporter;
  /**
   * Brings missing objects into the store. Resolves to the oids that the remote does not have; throws a LodeError where it
   * cannot be reached. Called only if something is missing; tells of each object as soon as it can be read, and its content if that is
   * in memory.
   */
  readonly fetch: (
    wanted: readonly Wanted[],
    onObject: (oid: string, content?: Buffer) => void,
  ) => Promise<ReadonlySet<string>>;
  /** Resolves when what was fetched without being asked for here is on disk, too. */
  readonly fetched?: () => Promise<void>;
  readonly signal?: AbortSignal;
  /** Milliseconds between two times that entries of git's index are chosen while objects still come. */
  readonly chooseEvery?: number;
}

export interface Wanted {
  readonly oid: string;
  /** Bytes of content. */
  readonly size: number;
  readonly path: string;
  /** A file that may get the object's bytes as they come. */
  readonly copyTo?: string | undefined;
}

export type LeftReason = 'missing' | 'unreachable' | 'locked' | 'failed' | 'interrupted';

export interface DrainResult {
  /** Files that now hold their content. */
  readonly materialised: number;
  /** Files that are still pointers, and why. */
  readonly left: readonly { readonly path: string; readonly reason: LeftReason }[];
}

export interface DrainOptions {
  /** Files beside those of the journals. */
  readonly more?: readonly PointerFile[];
  /** Work off what running filters have recorded, too: for a hook, which git runs when it has written its index. */
  readonly running?: boolean;
}

/**
 * Materialises every file that a journal of this worktree names, and `more`. Safe to run at any time, by several processes, and
 * again after a crash at any step: docs/ARCHITECTURE.md tells why. Expected failures are told through the reporter and in the
 * result; git, which waits for us, would not look at an exit code. STORE_FULL or STORE_FAILED if the git directory cannot be written.
 */
export async function drainJournal(
  repository: Repository,
  dependencies: DrainDependencies,
  { more = [], running = false }: DrainOptions = {},
): Promise<DrainResult> {
  const nothing: DrainResult = { materialised: 0, left: [] };
  if (repository.workTree === undefined) return nothing;
  dependencies.store.tidy();
  const work = more.length > 0 || hasJournal(repository.ownDir);
  if (!work && !hasLeftovers(repository)) return nothing;
  try {
    const result = await drainLocked(repository, dependencies, more, running);
    return (
      result ?? {
        materialised: 0,
        left: more.map((record) => ({ path: record.path.toString('utf8'), reason: 'locked' })),
      }
    );
  } catch (error) {
    throw systemCode(error) === undefined ? error : storeError(error, repository.ownDir);
  }
}

/** Undefined if another process is at it. */
async function drainLocked(
  repository: Repository,
  dependencies: DrainDependencies,
  more: readonly PointerFile[],
  running: boolean,
): Promise<DrainResult | undefined> {
  const lock = await takeDrainLock(repository.ownDir);
  if (lock === undefined) {
    dependencies.reporter.warn('another command is checking files out here; afterwards run: git lode pull');
    return undefined;
  }
  faultPoint('drain-locked');
  try {
    removeLeftovers(repository);
    record(repository, more);
    const { items, settle } = take(repository, more, running);
    await materialise(repository, items, dependencies);
    // What the journal forgets must outlive a power cut.
    await dependencies.fetched?.();
    const unfinished = items.filter((item) => item.left !== undefined);
    // What waits for its object is no business of the next command's: `pull` finds pointers in the working tree by itself.
    const parked = unfinished.filter((item) => dependencies.store.has(item.oid, item.size));
    settle(
      parked.map((item) => ({ oid: item.oid, size: item.size, path: Buffer.from(item.name, 'latin1') })),
    );
    const result = {
      materialised: items.filter(({ isPlaced }) => isPlaced).length,
      left: unfinished.map((item) => ({ path: item.path, reason: item.left! })),
    };
    tellOfPointers(unfinished, dependencies);
    return result;
  } finally {
    lock.release();
  }
}

/** What there is to do; of the journals themselves, which may be long, nothing is kept. */
function take(
  repository: Repository,
  more: readonly PointerFile[],
  running: boolean,
): { readonly items: Item[]; readonly settle: (left: readonly JournalRecord[]) => void } {
  const { records, busy, settle } = readJournal(repository.ownDir, running ? 'mine' : 'busy');
  // What is known of a file's line ends is not in the journal.
  const items = collectItems(repository, [...more, ...records]);
  leaveBusy(items, busy);
  return { items, settle };
}

/** A file that a kill leaves half-written is recognised as long as a journal names it. */
function record(repository: Repository, files: readonly PointerFile[]): void {
  const writer = new JournalWriter(repository.ownDir);
  try {
    writer.appendAll(files);
  } finally {
    writer.close();
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
  const waiting = withoutObject(repository, items, dependencies.store);
  const copies = new EarlyCopies(repository, dependencies.store, waiting);
  try {
    if (waiting.length > 0) await bring(repository, items, waiting, dependencies);
    // What the fetch knew of each object would else lie there beside what is to be known of each file.
    if (items.length >= MANY) await collectAll();
    await placeContents(repository, items, dependencies);
  } finally {
    copies.close();
  }
}

/** Only what a file of the working tree still waits for: a rebase journals every version that it passes through. */
function withoutObject(repository: Repository, items: readonly Item[], store: FileStore): Item[] {
  const waiting: Item[] = [];
  for (const item of items) {
    if (item.left !== undefined || store.has(item.oid, item.size)) continue;
    if (isPointer(fullPath(repository.workTree!, item.name), item.pointer)) waiting.push(item);
    else item.done = true;
  }
  return waiting;
}

/** What comes is put in place while the rest is on its way, and with it what was here before. */
async function bring(
  repository: Repository,
  items: readonly Item[],
  waiting: readonly Item[],
  dependencies: DrainDependencies,
): Promise<void> {
  const { store, fetch, reporter } = dependencies;
  const early = new EarlyPlacement(repository, items, waiting, dependencies);
  let absent: ReadonlySet<string> = new Set();
  let reason: LeftReason = 'missing';
  try {
    absent = await fetch(waiting, (oid, content) => early.arrived(oid, content));
  } catch (error) {
    if (!isLodeError(error)) throw error;
    reason = reasonOf(error);
    if (reason !== 'interrupted') reporter.warn(explain(error));
  } finally {
    await early.end();
  }
  for (const item of waiting) {
    if (item.isPlaced) continue;
    if (absent.has(item.oid)) item.left = 'missing';
    else if (!store.has(item.oid, item.size)) item.left = reason;
  }
}

/** Why what a fetch was to bring is not here. */
function reasonOf({ code }: LodeError): LeftReason {
  if (code === 'INTERRUPTED') return 'interrupted';
  return code === 'STORE_FULL' || code === 'STORE_FAILED' ? 'failed' : 'unreachable';
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
  const { message, subject, hint } = error;
  const which = subject === undefined || message.includes(subject) ? '' : ` (${subject})`;
  return `${message}${which}${hint === undefined ? '' : `\n  ${hint}`}`;
}
