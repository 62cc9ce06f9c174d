import fs from 'node:fs';
import path from 'node:path';
import { unless } from '../errors.ts';
import { isAbandoned, isAlive, ownIdentity, STRANGERS_MS } from '../process-identity.ts';
import { removeLeft } from '../temporary-file.ts';
import { objectFile, type StoreLayout } from './layout.ts';
import type { StoredObject } from './store.ts';
import { fileObject } from './stored-object.ts';

/*
 * A large object that comes in under a known oid is written to `partial/<oid>.<identity>`. That file outlives its process, so that the
 * next fetch of the object goes on where this one was cut. Nothing in it is trusted: it has the bytes of a process that was killed, or
 * of a disk that lost its power.
 */

/** Smaller objects are fetched anew sooner than a file is kept for them. */
export const PARTIAL_BYTES = 16 * 1024 * 1024;

/** So long after its last byte a partial object waits for somebody to go on with it. */
const KEPT_MS = 7 * 24 * 3600_000;

const NAME = /^([0-9a-f]{64})\.([0-9a-f.]+)$/;
const NO_FOLLOW = fs.constants.O_NOFOLLOW ?? 0;

/** Where this process writes the object. */
export function partialFile(layout: StoreLayout, oid: string): string {
  return path.join(layout.partial, `${oid}.${ownIdentity()}`);
}

/**
 * What is here of an object that was not finished, unverified; from now on it is this process's, and who writes the object goes on with
 * it. Undefined if there is nothing, or if a living process is at it.
 */
export function takePartial(layout: StoreLayout, oid: string): StoredObject | undefined {
  const own = partialFile(layout, oid);
  const found = partials(layout).filter((each) => each.oid === oid && each.size > 0);
  for (const { file, owner, seen } of found.sort((a, b) => b.size - a.size)) {
    if (file !== own && !makeOwn(file, isAlive(owner, seen), own)) continue;
    const fd = unless(['ENOENT', 'EACCES', 'ELOOP'], () =>
      fs.openSync(own, fs.constants.O_RDONLY | NO_FOLLOW),
    );
    if (fd !== undefined) return fileObject(own, fd);
  }
  return undefined;
}

/** False where it is a living process's, or may not be had. */
function makeOwn(file: string, alive: boolean | undefined, own: string): boolean {
  if (alive === true) return false;
  try {
    fs.accessSync(file, fs.constants.R_OK | fs.constants.W_OK);
    // Of a process that nobody here can ask for, a copy: if it lives, it goes on writing to its own.
    if (alive === false) fs.renameSync(file, own);
    else copyTo(file, own);
    const now = new Date();
    fs.utimesSync(own, now, now);
    return true;
  } catch {
    // Another process was faster, it is another user's, or there is no room for a copy: then the object is fetched from its beginning.
    return false;
  }
}

function copyTo(file: string, own: string): void {
  try {
    fs.copyFileSync(file, own, fs.constants.COPYFILE_FICLONE);
  } catch (error) {
    fs.rmSync(own, { force: true });
    throw error;
  }
}

/** Removes what nobody has gone on with for a week, and what the dead have left of objects that are here by now. */
export function removePartials(layout: StoreLayout): void {
  const now = Date.now();
  for (const { file, oid, owner, seen } of partials(layout)) {
    const isOld = now - seen >= KEPT_MS && isAbandoned(owner, seen, KEPT_MS, now);
    const isNeedless = () =>
      isAbandoned(owner, seen, STRANGERS_MS, now) && fs.existsSync(objectFile(layout, oid));
    if (isOld || isNeedless()) removeLeft(file);
  }
}

interface Partial {
  readonly file: string;
  readonly oid: string;
  readonly owner: string;
  readonly size: number;
  /** When it was last written to, in milliseconds since 1970. */
  readonly seen: number;
}

function partials({ partial }: StoreLayout): Partial[] {
  const names = unless(['ENOENT', 'ENOTDIR', 'EACCES'], () => fs.readdirSync(partial)) ?? [];
  return names.flatMap((name) => {
    const [, oid, owner] = NAME.exec(name) ?? [];
    if (oid === undefined || owner === undefined) return [];
    const file = path.join(partial, name);
    const stat = fs.lstatSync(file, { throwIfNoEntry: false });
    return stat?.isFile() ? [{ file, oid, owner, size: stat.size, seen: stat.mtimeMs }] : [];
  });
}
