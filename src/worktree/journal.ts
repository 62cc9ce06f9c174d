import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { unless } from '../errors.ts';
import { faultPoint } from '../fault-point.ts';
import { isAbandoned, ownIdentity, ownName, writerOf } from '../process-identity.ts';
import { inFolder, writeFully } from '../store/temporary.ts';
import { temporaryFile } from '../temporary-file.ts';

/*
 * Which files are pointers only until git has finished: `<gitDir>/lode/journal/`, one file for each filter process.
 *
 *   <identity>.<random>.live       records of a filter that may still append
 *   <identity>.<random>.taken      how many bytes of a live file another process (a hook) has worked off
 *   <identity>.<random>.alone      no other process is to work off the live file while its filter lives
 *   parked.<random>                what could not be finished, for instance because git's index was locked
 *
 * A record is `<oid> <size> <path>` and a NUL; a torn last record has none, and is no record: its answer never reached git.
 */
export interface JournalRecord {
  readonly oid: string;
  readonly size: number;
  readonly path: Buffer;
}

export function journalFolder(ownDir: string): string {
  return path.join(ownDir, 'journal');
}

/** The journal of this process. The file is made by the first append. */
export class JournalWriter {
  readonly #folder: string;
  #file: string | undefined;
  #fd: number | undefined;
  #bytes = 0;

  constructor(ownDir: string) {
    this.#folder = journalFolder(ownDir);
  }

  /** Records a file before the filter answers for it, so that no crash can lose it. */
  append({ oid, size, path: name }: JournalRecord): void {
    const head = `${oid} ${size} `;
    const record = Buffer.allocUnsafe(head.length + name.length + 1);
    record.write(head, 0, 'latin1');
    name.copy(record, head.length);
    record[record.length - 1] = 0;
    this.#write(record);
  }

  /** Records many files at once. */
  appendAll(records: readonly JournalRecord[]): void {
    if (records.length > 0) this.#write(format(records));
  }

  #write(bytes: Buffer): void {
    this.#fd ??= this.#begin();
    writeFully(this.#fd, bytes);
    this.#bytes += bytes.length;
  }

  /** Makes the file, so that what is noted of this process's journals is noted of it. */
  open(): void {
    this.#fd ??= this.#begin();
  }

  /** From now on only this process works the journal off: what a hook would do meanwhile has just failed here, and took its time. */
  keepAlone(): void {
    this.open();
    fs.writeFileSync(noteOf(this.#file!, 'alone'), '', { mode: 0o600 });
  }

  /** Ends the writing. True if a hook has already worked off everything; the file is gone then. */
  close(): boolean {
    if (this.#fd === undefined) return true;
    fs.closeSync(this.#fd);
    this.#fd = undefined;
    const taken = readTaken(this.#file!);
    if (taken < this.#bytes) return false;
    removeLive(this.#file!);
    return true;
  }

  #begin(): number {
    const file = path.join(this.#folder, `${ownName()}.live`);
    this.#file = file;
    return inFolder(this.#folder, () => fs.openSync(file, 'ax', 0o600));
  }
}

/** As `JournalWriter.keepAlone`, for all journals that this process has begun, in whatever thread. */
export function keepOwnAlone(ownDir: string): void {
  const folder = journalFolder(ownDir);
  for (const name of unless(['ENOENT', 'ENOTDIR'], () => fs.readdirSync(folder)) ?? []) {
    if (name.endsWith('.live') && writerOf(name) === ownIdentity())
      fs.writeFileSync(noteOf(path.join(folder, name), 'alone'), '', { mode: 0o600 });
  }
}

export interface JournalSnapshot {
  /** What is to be worked off. */
  readonly records: readonly JournalRecord[];
  /** What filters of running git commands have answered, which is not: git has yet to write its index. */
  readonly busy: readonly JournalRecord[];
  /**
   * Forgets the records of this snapshot except `left`, which are parked for a later command. Call it when everything else is on
   * disk, holding the drain lock.
   */
  settle(left: readonly JournalRecord[]): void;
}

/** True if there is anything to work off: one call, for the end of every filter process. */
export function hasJournal(ownDir: string): boolean {
  const names = unless(['ENOENT', 'ENOTDIR'], () => fs.readdirSync(journalFolder(ownDir)));
  return names?.some((name) => name.endsWith('.live') || name.startsWith('parked.')) ?? false;
}

/**
 * What the journals of this worktree name. A journal that a living process, other than this one, may still append to is `busy`; for a
 * hook, whose own git has written its index while its filter still lives, such journals are `mine` to work off.
 */
export function readJournal(ownDir: string, running: 'busy' | 'mine' = 'busy'): JournalSnapshot {
  const folder = journalFolder(ownDir);
  const names = (unless(['ENOENT', 'ENOTDIR'], () => fs.readdirSync(folder)) ?? []).sort();
  const records: JournalRecord[] = [];
  const busy: JournalRecord[] = [];
  const parked: string[] = [];
  const live: { file: string; bytes: number; alive: boolean }[] = [];
  for (const name of names) {
    const file = path.join(folder, name);
    if (!name.endsWith('.live') && !name.startsWith('parked.')) continue;
    const bytes = unless(['ENOENT'], () => fs.readFileSync(file));
    if (bytes === undefined) continue;
    if (name.startsWith('parked.')) {
      parked.push(file);
      parseRecords(bytes, 0, records);
      continue;
    }
    const alive = mayBeAppendedTo(file);
    if (alive && running === 'mine' && fs.existsSync(noteOf(file, 'alone'))) continue;
    if (alive && running === 'busy') {
      parseRecords(bytes, readTaken(file), busy);
      continue;
    }
    live.push({ file, bytes: parseRecords(bytes, readTaken(file), records), alive });
  }
  return {
    records,
    busy,
    settle(left) {
      if (left.length > 0)
        writeAtomically(folder, path.join(folder, `parked.${randomBytes(6).toString('hex')}`), format(left));
      faultPoint('journal-parked');
      for (const { file, bytes, alive } of live) {
        if (alive) writeAtomically(folder, noteOf(file, 'taken'), Buffer.from(String(bytes)));
        else removeLive(file);
      }
      for (const file of parked) fs.rmSync(file, { force: true });
    },
  };
}

/**
 * How long after its last record a journal of another machine or container, whose processes cannot be asked for, counts as one that is
 * being written. Not long: a laptop takes other names in other networks, and is then a stranger to itself.
 */
const STRANGERS_MS = 10 * 60_000;

function mayBeAppendedTo(live: string): boolean {
  const identity = writerOf(live);
  if (identity === ownIdentity()) return false;
  const stat = fs.statSync(live, { throwIfNoEntry: false });
  return stat !== undefined && !isAbandoned(identity, stat.mtimeMs, STRANGERS_MS);
}

/** Notes on journals that are gone, with the processes that wrote these. */
export function abandonedNotes(ownDir: string): string[] {
  const folder = journalFolder(ownDir);
  const names = unless(['ENOENT', 'ENOTDIR', 'EACCES'], () => fs.readdirSync(folder)) ?? [];
  const orphans = names.filter(
    (name) => /\.(taken|alone)$/.test(name) && !names.includes(name.replace(/[a-z]+$/, 'live')),
  );
  return orphans.map((name) => path.join(folder, name)).filter((note) => !mayBeAppendedTo(note));
}

/** Appends the whole records from `at` on to `into`; returns where the last one ends. */
export function parseRecords(bytes: Buffer, at: number, into: JournalRecord[]): number {
  let position = at;
  for (let end = bytes.indexOf(0, position); end >= 0; end = bytes.indexOf(0, position)) {
    const match = /^([0-9a-f]{64}) ([1-9][0-9]{0,15}) $/.exec(
      bytes.toString('latin1', position, bytes.indexOf(32, position + 65) + 1),
    );
    if (match !== null) {
      const name = bytes.subarray(position + match[0].length, end);
      if (name.length > 0) into.push({ oid: match[1]!, size: Number(match[2]), path: Buffer.from(name) });
    }
    position = end + 1;
  }
  return position;
}

function format(records: readonly JournalRecord[]): Buffer {
  const nul = Buffer.alloc(1);
  return Buffer.concat(
    records.flatMap(({ oid, size, path: name }) => [Buffer.from(`${oid} ${size} `), name, nul]),
  );
}

function readTaken(live: string): number {
  const text = unless(['ENOENT'], () => fs.readFileSync(noteOf(live, 'taken'), 'latin1'));
  const count = Number(text ?? 0);
  return Number.isSafeInteger(count) && count >= 0 ? count : 0;
}

function removeLive(file: string): void {
  fs.rmSync(file, { force: true });
  fs.rmSync(noteOf(file, 'taken'), { force: true });
  fs.rmSync(noteOf(file, 'alone'), { force: true });
}

function noteOf(live: string, kind: 'taken' | 'alone'): string {
  return `${live.slice(0, -'.live'.length)}.${kind}`;
}

function writeAtomically(folder: string, file: string, bytes: Buffer): void {
  const temporary = temporaryFile(folder);
  const fd = inFolder(folder, () => fs.openSync(temporary, 'wx', 0o600));
  try {
    writeFully(fd, bytes);
    fs.fsyncSync(fd);
  } finally {
    fs.closeSync(fd);
  }
  fs.renameSync(temporary, file);
}
