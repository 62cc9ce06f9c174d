import fs from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { isExpected, systemCode } from '../errors.ts';
import { blobId } from '../git/blob-id.ts';
import { objectFormat, type Repository } from '../git/repository.ts';
import { formatPointer } from '../pointer.ts';
import { sha256 } from '../store/sha256.ts';
import { blobIs, type IndexEntry, mayPatch, type StatWords, visitEntries, writeStat } from './git-index.ts';
import { lockIndex } from './index-file.ts';
import type { JournalRecord } from './journal.ts';
import { fullPath, isSafeName, ParentFolders } from './safe-path.ts';

const STAT_BYTES = 40;
const BILLION = 1_000_000_000n;
/** A turn of the event loop at least this often, for signals. */
const TURN_MS = 50;

/** A file that git has written in the second in which it wrote its index, or later. */
interface RacyFile {
  readonly name: string;
  readonly oid: string;
  readonly size: number;
  readonly blob: Buffer;
  /** What git's index has of its stat, as bytes. */
  readonly recorded: Buffer;
  /** Its stat, once it has been dated back. */
  aged: StatWords | undefined;
}

/**
 * Spares the next status the reading of files that git itself has written as late as its index: each is dated back by a second or so,
 * and its entry patched. Only a file that is provably the one that git wrote is touched: its stat is the entry's to the nanosecond, and
 * its bytes are the content, before its time is set and after that. Whatever is written to it from then on makes it newer than the entry
 * says. Killed in between, it leaves files that git reads once more, as it would have anyway; and so does every failure.
 */
export async function ageRacyFiles(
  repository: Repository,
  written: readonly JournalRecord[],
  signal?: AbortSignal,
): Promise<void> {
  if (written.length === 0 || repository.workTree === undefined) return;
  try {
    const { files, second } = findRacy(repository, written);
    await ageAll(repository.workTree, files, second, signal);
    await patch(
      repository,
      files.filter(({ aged }) => aged !== undefined),
    );
  } catch (error) {
    if (!isExpected(error)) throw error;
  }
}

/** Those of `written` whose entries are what git entered for them, and not older than git's index, which is of `second`. */
function findRacy(
  repository: Repository,
  written: readonly JournalRecord[],
): { readonly files: RacyFile[]; readonly second: number } {
  const algorithm = objectFormat(repository);
  const hashBytes = algorithm === 'sha1' ? 20 : 32;
  // In this order: an index that is renamed into place in between is newer than what was read.
  const second = Math.floor(fs.statSync(repository.indexFile).mtimeMs / 1000);
  const bytes = fs.readFileSync(repository.indexFile);
  // Of a path that was written twice the last counts.
  const byName = new Map(written.map((record) => [record.path.toString('latin1'), record]));
  const files: RacyFile[] = [];
  const extensionsAt = visitEntries(bytes, hashBytes, (entry) => {
    const record = byName.get(entry.name);
    if (record === undefined || !isSafeName(entry.name)) return;
    if (bytes.readUInt32BE(entry.offset + MTIME_WORD) < second) return;
    const { oid, size } = record;
    const blob = blobId(formatPointer(record), algorithm);
    if (!isEntryOf(bytes, entry, blob)) return;
    files.push({ name: entry.name, oid, size, blob, recorded: statBytes(bytes, entry), aged: undefined });
  });
  return { files: mayPatch(bytes, extensionsAt, hashBytes) ? files : [], second };
}

const MTIME_WORD = 8;

function isEntryOf(bytes: Buffer, entry: IndexEntry, blob: Buffer): boolean {
  return entry.stage === 0 && blobIs(bytes, entry, blob);
}

function statBytes(bytes: Buffer, { offset }: IndexEntry): Buffer {
  return Buffer.from(bytes.subarray(offset, offset + STAT_BYTES));
}

async function ageAll(
  top: string,
  files: readonly RacyFile[],
  second: number,
  signal: AbortSignal | undefined,
): Promise<void> {
  const parents = new ParentFolders(top);
  let turn = performance.now();
  for (const file of files) {
    if (signal?.aborted) return;
    if (parents.device(file.name) !== undefined) file.aged = age(fullPath(top, file.name), file, second - 1);
    if (performance.now() - turn < TURN_MS) continue;
    await setImmediate();
    turn = performance.now();
  }
}

/** Dates the file back to `second`, and gives its stat; undefined for one that is not, or may not be, exactly what git wrote. */
function age(path: string | Buffer, file: RacyFile, second: number): StatWords | undefined {
  const { O_RDONLY, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = fs.constants;
  let fd: number | undefined;
  try {
    fd = fs.openSync(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
    const before = fs.fstatSync(fd, { bigint: true });
    if (!before.isFile() || !isRecorded(before, file) || before.size !== BigInt(file.size)) return undefined;
    if (!holds(fd, file)) return undefined;
    fs.futimesSync(fd, second, second);
    const after = fs.fstatSync(fd, { bigint: true });
    // Who has written to it meanwhile has made it new again.
    if (after.mtimeNs !== BigInt(second) * BILLION || after.size !== before.size) return undefined;
    if (holds(fd, file)) return after;
    // Written between the first look and the new time: it is as new as that.
    const now = Date.now() / 1000;
    fs.futimesSync(fd, now, now);
    return undefined;
  } catch (error) {
    if (systemCode(error) === undefined) throw error;
    return undefined;
  } finally {
    if (fd !== undefined) fs.closeSync(fd);
  }
}

/** True if this is the very stat that git's index has. */
function isRecorded(stat: StatWords, { recorded }: RacyFile): boolean {
  const written = Buffer.from(recorded);
  writeStat(written, ENTRY, stat, 0);
  return written.equals(recorded);
}

const ENTRY: IndexEntry = { offset: 0, stage: 0, name: '' };

function holds(fd: number, { oid, size }: RacyFile): boolean {
  const found = Buffer.allocUnsafe(size + 1);
  const length = fs.readSync(fd, found, 0, size + 1, 0);
  return length === size && sha256(found.subarray(0, size)) === oid;
}

/** Under git's lock, entries that are still what they were get the files' new stat. */
async function patch(repository: Repository, files: readonly RacyFile[]): Promise<void> {
  if (files.length === 0) return;
  const algorithm = objectFormat(repository);
  const index = await lockIndex(repository, algorithm);
  if (index === undefined) return;
  try {
    const byName = new Map(files.map((file) => [file.name, file]));
    const found: [IndexEntry, RacyFile][] = [];
    const { bytes } = index;
    const hashBytes = algorithm === 'sha1' ? 20 : 32;
    const extensionsAt = visitEntries(bytes, hashBytes, (entry) => {
      const file = byName.get(entry.name);
      if (file === undefined || !isEntryOf(bytes, entry, file.blob)) return;
      if (statBytes(bytes, entry).equals(file.recorded)) found.push([entry, file]);
    });
    if (found.length === 0 || !mayPatch(bytes, extensionsAt, hashBytes)) return;
    for (const [entry, { aged }] of found) writeStat(bytes, entry, aged!, 0);
    index.commit();
  } finally {
    index.release();
  }
}
