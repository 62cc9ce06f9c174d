import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { unless } from '../errors.ts';
import { isAlive, ownIdentity } from './process-identity.ts';

/*
 * Files that a killed process leaves behind: `.lode-<identity>-<random>`, so that the next one knows whose they are. With `.lock` behind
 * it, git's lock on a copy of its index.
 */
const NAME = /^\.lode-([0-9a-f.]+)-[0-9a-f]{12}(\.lock)?$/;
/** What may belong to a process of another machine or container is left for so long. */
const STRANGERS_MS = 24 * 3600_000;

/** A name for a temporary file in `folder`. */
export function temporaryFile(folder: string): string {
  return path.join(folder, `.lode-${ownIdentity()}-${randomBytes(6).toString('hex')}`);
}

/**
 * Removes the temporary files in a folder whose processes are no more, and `lock`, a lock on git's index, where one of them is its
 * second name.
 */
export function removeLeftovers(folder: string, lock?: string): void {
  const names = unless(['ENOENT', 'ENOTDIR'], () => fs.readdirSync(folder)) ?? [];
  for (const name of names) {
    const identity = NAME.exec(name)?.[1];
    if (identity === undefined) continue;
    const file = path.join(folder, name);
    const stat = fs.lstatSync(file, { bigint: true, throwIfNoEntry: false });
    if (stat === undefined) continue;
    if (isAlive(identity) ?? Date.now() - Number(stat.mtimeMs) < STRANGERS_MS) continue;
    const held = lock === undefined ? undefined : fs.lstatSync(lock, { bigint: true, throwIfNoEntry: false });
    if (held?.ino === stat.ino && held.dev === stat.dev) fs.rmSync(lock!, { force: true });
    fs.rmSync(file, { force: true });
  }
}
