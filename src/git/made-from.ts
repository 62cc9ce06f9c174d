import path from 'node:path';
import type { Pointer } from '../pointer.ts';
import { pointersAmong, type Where } from './blobs.ts';
import { inside } from './inside.ts';
import { splitRecords } from './records.ts';
import { type NewFile, relatives } from './relatives.ts';
import type { Repository } from './repository.ts';
import { commitsHere, isRevisionOption, revisionLines } from './revisions.ts';
import { streamGit } from './stream.ts';
import { mayLackTrees } from './whole-history.ts';

/** Old blobs that are remembered for one blob: a further one is a guess more, and seldom a better one. */
const ORIGINS_MAX = 3;

export interface Range {
  readonly include: readonly string[];
  readonly exclude: readonly string[];
}

/**
 * What the pointer blobs that a range brings, and that `isWanted`, were most likely made from, the likeliest first: the pointer that
 * a commit of the range replaced at the same path; for a new path one that the same commit took away under a like name, or that the
 * path had before, or a like-named neighbour. What git does not have here is passed over. Of a merge only the first parent counts.
 */
export async function madeFrom(
  repository: Repository,
  range: Range,
  isWanted: (blob: string) => boolean,
  signal?: AbortSignal,
): Promise<Map<string, Pointer[]>> {
  if (mayLackTrees(repository)) return new Map();
  const where = { ...inside(repository), signal };
  const origins = new Origins();
  const newFiles: NewFile[] = [];
  for await (const commit of commitsOf(range, where)) {
    const removed = new Removed(commit.changes);
    for (const { status, from, to, path } of commit.changes) {
      if (status === 'D' || !isWanted(to)) continue;
      const origin = status === 'M' ? from : removed.like(path);
      if (origin !== undefined) origins.add(to, origin);
      else newFiles.push({ blob: to, path, commit: commit.id });
    }
  }
  for (const { blob, from } of await relatives(newFiles, range.include, where)) origins.add(blob, from);
  return origins.pointers(where);
}

interface Change {
  readonly status: 'A' | 'D' | 'M';
  /** Blobs; zeros where there is none. */
  readonly from: string;
  readonly to: string;
  /** As bytes, one character each. */
  readonly path: string;
}

interface Commit {
  readonly id: string;
  readonly changes: Change[];
}

const CHANGE = /^\n?:(\d{6}) (\d{6}) ([0-9a-f]+) ([0-9a-f]+) ([ADM])$/;
/** A commit that changes more files than this is looked at in several pieces. */
const CHANGES_MAX = 65_536;

/** The commits of a range and what they change, regular files only; the newest first. */
async function* commitsOf({ include, exclude }: Range, where: Where): AsyncGenerator<Commit> {
  const args = [
    'log',
    '--format=%H',
    '--raw',
    '--no-abbrev',
    '-z',
    // Whatever a person's configuration says.
    '--root',
    '--no-renames',
    '--diff-merges=first-parent',
    '--diff-filter=ADM',
    '--no-show-signature',
    '--no-notes',
    '--stdin',
    ...include.filter(isRevisionOption),
    '--not',
    ...exclude.filter(isRevisionOption),
  ];
  const input = revisionLines(include, await commitsHere(exclude, where));
  let commit: Commit | undefined;
  let change: RegExpExecArray | undefined;
  for await (const records of splitRecords(streamGit(args, { ...where, input }), NUL)) {
    for (const record of records) {
      const text = record.toString('latin1');
      if (change !== undefined) {
        const [, oldMode, mode, from, to, status] = change;
        change = undefined;
        const regular = [oldMode!, mode!].every((each) => each.startsWith('100') || each === '000000');
        if (!regular) continue;
        commit!.changes.push({ status: status as Change['status'], from: from!, to: to!, path: text });
        if (commit!.changes.length < CHANGES_MAX) continue;
        yield commit!;
        commit = { id: commit!.id, changes: [] };
        continue;
      }
      change = CHANGE.exec(text) ?? undefined;
      if (change !== undefined) continue;
      if (commit !== undefined) yield commit;
      commit = { id: text.trim(), changes: [] };
    }
  }
  if (commit !== undefined) yield commit;
}

/** The files that a commit takes away, by what a moved file keeps: its name, or else its extension. */
class Removed {
  readonly #byName = new Map<string, string>();
  readonly #byExtension = new Map<string, string>();

  constructor(changes: readonly Change[]) {
    for (const { status, from, path: file } of changes) {
      if (status !== 'D') continue;
      this.#byName.set(path.posix.basename(file), from);
      this.#byExtension.set(path.posix.extname(file), from);
    }
  }

  like(file: string): string | undefined {
    return this.#byName.get(path.posix.basename(file)) ?? this.#byExtension.get(path.posix.extname(file));
  }
}

class Origins {
  readonly #origins = new Map<string, Set<string>>();

  add(blob: string, from: string): void {
    const origins = this.#origins.get(blob) ?? new Set();
    this.#origins.set(blob, origins);
    if (blob !== from && origins.size < ORIGINS_MAX) origins.add(from);
  }

  async pointers(where: Where): Promise<Map<string, Pointer[]>> {
    const wanted = new Set([...this.#origins.values()].flatMap((origins) => [...origins]));
    const pointers = new Map<string, Pointer>();
    if (wanted.size > 0)
      for await (const { blob, pointer } of pointersAmong(wanted, where)) pointers.set(blob, pointer);
    const found = new Map<string, Pointer[]>();
    for (const [blob, origins] of this.#origins) {
      const known = [...origins].flatMap((origin) => pointers.get(origin) ?? []);
      if (known.length > 0) found.set(blob, known);
    }
    return found;
  }
}

const NUL = 0;
