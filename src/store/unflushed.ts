import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { unless } from '../errors.ts';
import {
  isAbandoned,
  isOfThisBoot,
  ownIdentity,
  ownName,
  STRANGERS_MS,
  writerOf,
} from '../process-identity.ts';
import { removeLeft } from '../temporary-file.ts';
import { flushFiles, flushFolder } from './flush.ts';
import type { StoreLayout } from './layout.ts';
import { inFolder } from './temporary.ts';

/*
 * Objects get their names before they are flushed, all at once, at a command's end. Until then an empty file
 * `unflushed/<identity>.<random>` says so. What a process that died without a flush has left there is whole if only the process died,
 * and flushed by the next one; after a power cut it may have its full length and other bytes, and is read before anybody relies on it.
 */
/** File systems keep times in steps of up to two seconds. */
const GRAIN_MS = 2000;

/** This process's record: it is there while an object that it has named may not be on disk. */
export class UnflushedRecord {
  readonly #folder: string;
  #file: string | undefined;

  constructor(layout: StoreLayout) {
    this.#folder = layout.unflushed;
  }

  /** Call it before an object gets its name. */
  begin(): void {
    if (this.#file !== undefined) return;
    const file = path.join(this.#folder, ownName());
    inFolder(this.#folder, () => fs.closeSync(fs.openSync(file, 'wx', 0o600)));
    this.#file = file;
  }

  /** Call it when all objects of this process are on disk. */
  end(): void {
    if (this.#file === undefined) return;
    fs.rmSync(this.#file, { force: true });
    this.#file = undefined;
  }
}

/**
 * Makes what dead processes have left safe to rely on. True if living ones have a record: what they have named may not be on disk yet.
 */
export function recoverUnflushed(layout: StoreLayout): boolean {
  const names = unless(['ENOENT', 'ENOTDIR', 'EACCES'], () => fs.readdirSync(layout.unflushed)) ?? [];
  let living = false;
  for (const name of names) {
    const record = path.join(layout.unflushed, name);
    const stat = fs.statSync(record, { throwIfNoEntry: false });
    if (stat === undefined) continue;
    const identity = writerOf(name);
    if (isAbandoned(identity, stat.mtimeMs, STRANGERS_MS)) {
      recover(layout, stat.mtimeMs, isOfThisBoot(identity, stat.mtimeMs));
      removeLeft(record);
    } else living ||= identity !== ownIdentity();
  }
  return living;
}

function recover(layout: StoreLayout, since: number, isIntact: boolean): void {
  const folders = filesIn(layout.objects);
  const objects = folders.flatMap((folder) => filesIn(folder)).filter(isSince(since));
  const damaged = new Set(isIntact ? [] : objects.filter((file) => !isSound(file)));
  // What is in a bundle is checked whenever it is read.
  const bundles = filesIn(layout.bundles).filter(isSince(since));
  const sound = [...objects.filter((file) => !damaged.has(file)), ...bundles];
  // In a store that may not be written nobody can mend anything.
  unless(['EACCES', 'EPERM', 'EROFS'], () => {
    for (const file of damaged) putAside(layout, file);
    if (sound.length > 0) flushFiles(sound, layout.objects);
    for (const folder of [...folders, layout.objects, path.dirname(layout.objects)]) flushFolder(folder);
  });
}

function filesIn(folder: string): string[] {
  const names = unless(['ENOENT', 'ENOTDIR'], () => fs.readdirSync(folder)) ?? [];
  return names.map((name) => path.join(folder, name));
}

function isSince(since: number): (file: string) => boolean {
  return (file) => (fs.statSync(file, { throwIfNoEntry: false })?.ctimeMs ?? 0) >= since - GRAIN_MS;
}

function isSound(file: string): boolean {
  const hash = createHash('sha256');
  const part = Buffer.allocUnsafeSlow(1 << 20);
  const fd = fs.openSync(file, 'r');
  try {
    for (let count = fs.readSync(fd, part); count > 0; count = fs.readSync(fd, part))
      hash.update(part.subarray(0, count));
  } finally {
    fs.closeSync(fd);
  }
  return hash.digest('hex') === path.basename(file);
}

/** Moves an object out of the way of the next whole copy of it: for people to look at, never deleted. */
export function putAside({ damaged }: StoreLayout, file: string): void {
  fs.mkdirSync(damaged, { recursive: true });
  unless(['ENOENT'], () => fs.renameSync(file, path.join(damaged, `${path.basename(file)}-${Date.now()}`)));
}
