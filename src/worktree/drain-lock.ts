import fs from 'node:fs';
import { hostname } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { systemCode, unless } from '../errors.ts';
import { inFolder } from '../store/temporary.ts';
import { isAlive, startTime } from './process-identity.ts';

const TRIES = 40;
const PAUSE_MS = 50;
/** The holder touches its lock at least this often; one that is twice as old belongs to nobody. */
export const HEARTBEAT_MS = 30_000;

export interface DrainLock {
  /** Tells others that this process still works. Call it often; it costs nothing within the heartbeat. */
  touch(): void;
  release(): void;
}

/** One process at a time materialises in a worktree. Undefined if another one is at it for longer than a short wait. */
export async function takeDrainLock(ownDir: string): Promise<DrainLock | undefined> {
  const file = path.join(ownDir, 'drain.lock');
  const content = JSON.stringify({ pid: process.pid, start: startTime(process.pid) ?? 0, host: hostname() });
  for (let attempt = 1; ; attempt++) {
    try {
      inFolder(ownDir, () => fs.writeFileSync(file, content, { flag: 'wx', mode: 0o600 }));
      return held(file);
    } catch (error) {
      if (systemCode(error) !== 'EEXIST') throw error;
    }
    if (isAbandoned(file)) removeAbandoned(file);
    else if (attempt >= TRIES) return undefined;
    else await sleep(PAUSE_MS);
  }
}

function held(file: string): DrainLock {
  let touched = Date.now();
  return {
    touch() {
      if (Date.now() - touched < HEARTBEAT_MS / 3) return;
      touched = Date.now();
      fs.utimesSync(file, touched / 1000, touched / 1000);
    },
    release() {
      fs.rmSync(file, { force: true });
    },
  };
}

/** A dead process of this host, or, whatever its host or container, one that has not touched its lock for two heartbeats. */
function isAbandoned(file: string): boolean {
  const stat = fs.statSync(file, { throwIfNoEntry: false });
  if (stat === undefined) return false;
  if (Date.now() - stat.mtimeMs > 2 * HEARTBEAT_MS) return true;
  const text = unless(['ENOENT'], () => fs.readFileSync(file, 'utf8'));
  const owner = parseOwner(text);
  // A name alone does not tell containers apart: the boot's process table must not know the process either.
  return owner !== undefined && owner.host === hostname() && !isAlive(owner.pid, owner.start);
}

function parseOwner(text: string | undefined): { pid: number; start: number; host: string } | undefined {
  const match = /^\{"pid":(\d{1,10}),"start":(\d{1,16}),"host":"([^"\\]*)"\}$/.exec(text ?? '');
  return match === null ? undefined : { pid: Number(match[1]), start: Number(match[2]), host: match[3]! };
}

/** Moved aside first, so that of two that see it abandoned only one removes it, and never a successor's lock. */
function removeAbandoned(file: string): void {
  const aside = `${file}.${process.pid}.${Date.now()}`;
  unless(['ENOENT'], () => fs.renameSync(file, aside));
  fs.rmSync(aside, { force: true });
}
