import fs from 'node:fs';
import path from 'node:path';
import { isExpected } from '../errors.ts';
import type { Repository } from '../git/repository.ts';
import type { Pointer } from '../pointer.ts';
import type { FileStore } from '../store/open.ts';
import { PARTIAL_BYTES } from '../store/partial.ts';
import type { Wanted } from '../worktree/drain.ts';
import type { JournalRecord } from '../worktree/journal.ts';
import type { DeferredFiles } from './process.ts';

/** One file in so many is looked for in the store: each look costs what a fifth of an answer does. */
const SAMPLED = 8;
/** So many of them that are not there make up for the start of a thread. */
const WORTH_FETCHING = 64;
/** What is kept of files while it is not known whether they are to be fetched. */
const KEPT_MAX = 4096;
/** git passes through versions that nobody will look at. */
const REPLAYING = ['rebase-merge', 'rebase-apply', 'sequencer'];

/** Notices that many of the files that git writes wait for objects that are not here: to fetch them can begin while git goes on. */
export class MissingObjects implements DeferredFiles {
  readonly #repository: Repository;
  readonly #store: FileStore;
  readonly #mayFetch: () => boolean;
  #kept: Wanted[] = [];
  #count = 0;
  #missing = 0;
  #handsOver = false;
  #version: string | undefined;

  /** `mayFetch` is false once the remote has been asked in vain. */
  constructor(repository: Repository, store: FileStore, mayFetch: () => boolean = () => true) {
    this.#repository = repository;
    this.#store = store;
    this.#mayFetch = mayFetch;
  }

  get handsOver(): boolean {
    return this.#handsOver;
  }

  add(file: JournalRecord, version?: string): void {
    if (this.#kept.length === KEPT_MAX) this.#kept = [];
    if (isEarly(file)) this.#kept.push(wantedOf(file));
    if (this.#count++ % SAMPLED !== 0 || !isMissing(this.#store, file)) return;
    if (++this.#missing !== WORTH_FETCHING || version === undefined) return;
    this.#version = version;
    this.#handsOver = this.#mayFetch() && !isReplaying(this.#repository);
  }

  /** The files to begin with, and the version that they are of. */
  take(): { readonly wanted: readonly Wanted[]; readonly version: string } {
    const wanted = this.#kept;
    this.#kept = [];
    return { wanted, version: this.#version! };
  }

  /** The conversation stays where it is. */
  stay(): void {
    this.#handsOver = false;
  }
}

/** A large object is written to its file's place while it comes, which may be done only when git has finished. */
export function isEarly({ size }: JournalRecord): boolean {
  return size < PARTIAL_BYTES;
}

/** True if the store is known not to have the object. What cannot be looked for is told by who needs it. */
export function isMissing(store: FileStore, { oid, size }: Pointer): boolean {
  try {
    return !store.has(oid, size);
  } catch (error) {
    if (!isExpected(error)) throw error;
    return false;
  }
}

export function wantedOf({ oid, size, path: name }: JournalRecord): Wanted {
  return { oid, size, path: name.toString('utf8') };
}

function isReplaying({ gitDir }: Repository): boolean {
  return REPLAYING.some((name) => fs.existsSync(path.join(gitDir, name)));
}
