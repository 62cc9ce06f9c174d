import fs from 'node:fs';
import path from 'node:path';
import { unless } from '../errors.ts';
import { isAbandoned, ownIdentity, ownName, STRANGERS_MS, writerOf } from '../process-identity.ts';
import { inFolder } from '../store/temporary.ts';
import { DAY } from './times.ts';

/** Names of packs in a journal that was left behind: what it holds is found by tables by then, or is condemned. */
const USEFUL_FOR = 7 * DAY;
const LINE = /^(begin|end) ([0-9a-f]{64})$/;

/**
 * The packs that one push has sent or is sending, in a file that only this push writes and that goes when it has ended
 * well. A later push asks the remote for them, so that what a killed push has sent is not sent again (N1: a pack is
 * used if it is found; else its chunks get new bytes and a new name).
 */
export class PushJournal {
  readonly #file: string;
  #fd: number | undefined;

  /** Makes no file before there is something to write. */
  constructor(folder: string) {
    this.#file = path.join(folder, ownName());
  }

  /** The pack is about to be sent. */
  begin(name: string): void {
    this.#append(`begin ${name}\n`);
  }

  /** The pack has arrived. */
  end(name: string): void {
    this.#append(`end ${name}\n`);
  }

  /**
   * Lets go of the file; it stays for the next push unless this one is `done`: everything is in a table that stands.
   */
  close({ done }: { readonly done: boolean }): void {
    if (this.#fd === undefined) return;
    fs.closeSync(this.#fd);
    this.#fd = undefined;
    if (done) fs.rmSync(this.#file, { force: true });
  }

  #append(line: string): void {
    this.#fd ??= inFolder(path.dirname(this.#file), () => fs.openSync(this.#file, 'ax'));
    fs.writeSync(this.#fd, line);
  }
}

export interface LeftJournal {
  readonly file: string;
  /** A push that may still be under way writes to it. */
  readonly inUse: boolean;
  readonly packs: readonly string[];
}

/** The packs that earlier pushes sent or began to send and that no table names for sure, the newest journal first. */
export function journalledPacks(folder: string, now: number): LeftJournal[] {
  const journals: { file: string; time: number }[] = [];
  for (const name of unless(['ENOENT'], () => fs.readdirSync(folder)) ?? []) {
    const file = path.join(folder, name);
    const stat = fs.statSync(file, { throwIfNoEntry: false });
    if (stat === undefined) continue;
    if (now - stat.mtimeMs > USEFUL_FOR) fs.rmSync(file, { force: true });
    else journals.push({ file, time: stat.mtimeMs });
  }
  journals.sort((a, b) => b.time - a.time);
  return journals.map(({ file, time }) => {
    const writer = writerOf(file);
    const inUse = writer !== ownIdentity() && !isAbandoned(writer, time, STRANGERS_MS, now);
    return { file, inUse, packs: packsIn(file) };
  });
}

/** A last line that was cut off, or that a crash left as zeros, names nothing. */
function packsIn(file: string): string[] {
  const text = unless(['ENOENT'], () => fs.readFileSync(file, 'latin1')) ?? '';
  const names = text.split('\n').map((line) => LINE.exec(line)?.[2]);
  return [...new Set(names.filter((name) => name !== undefined))];
}
