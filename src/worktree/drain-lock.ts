import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { systemCode, unless } from '../errors.ts';
import { isAbandoned, isAlive, isIdentity, ownIdentity } from '../process-identity.ts';
import { inFolder } from '../store/temporary.ts';
import { temporaryFile } from '../temporary-file.ts';

const LOCK = 'drain.lock';
const TRIES = 40;
const PAUSE_MS = 50;
/** The holder touches its lock this often; where nobody can tell whether it lives, one four times as old belongs to nobody. */
const HEARTBEAT_MS = 15_000;
/** A lock without its holder's name is about to get it, or has lost it in a power cut. */
const UNWRITTEN_MS = 5000;

export interface DrainLock {
  release(): void;
}

/**
 * One process at a time materialises in a worktree. Undefined if another one is at it for longer than a short wait. It saves work and
 * spares people two progress lines: two that drain at once would do no harm.
 */
export async function takeDrainLock(ownDir: string): Promise<DrainLock | undefined> {
  const file = path.join(ownDir, LOCK);
  for (let attempt = 1; ; attempt++) {
    try {
      inFolder(ownDir, () => fs.writeFileSync(file, ownIdentity(), { flag: 'wx', mode: 0o600 }));
      return held(file);
    } catch (error) {
      if (systemCode(error) !== 'EEXIST') throw error;
    }
    const abandoned = abandonedBy(file);
    if (abandoned !== undefined) removeAbandoned(file, abandoned);
    else if (attempt >= TRIES) return undefined;
    else await sleep(PAUSE_MS);
  }
}

/** True if another process materialises in the worktree. */
export function isDrainedByOther(ownDir: string): boolean {
  const owner = readOwner(path.join(ownDir, LOCK));
  return owner !== undefined && owner !== ownIdentity() && isAlive(owner) !== false;
}

function held(file: string): DrainLock {
  const isOurs = () => readOwner(file) === ownIdentity();
  const touch = () => {
    const now = Date.now() / 1000;
    if (isOurs()) unless(['ENOENT'], () => fs.utimesSync(file, now, now));
  };
  // Long work yields to the event loop: a download waits there, and the replacing of files takes turns with it.
  const heartbeat = setInterval(touch, HEARTBEAT_MS).unref();
  return {
    release() {
      clearInterval(heartbeat);
      if (isOurs()) fs.rmSync(file, { force: true });
    },
  };
}

/** The owner of a lock that nobody will release; undefined if somebody may. */
function abandonedBy(file: string): string | undefined {
  const stat = fs.statSync(file, { throwIfNoEntry: false });
  const owner = readOwner(file);
  if (stat === undefined || owner === undefined) return undefined;
  const patience = isIdentity(owner) ? 4 * HEARTBEAT_MS : UNWRITTEN_MS;
  return isAbandoned(owner, stat.mtimeMs, patience) ? owner : undefined;
}

/** Moved aside first, so that of two that see it abandoned only one removes it; and put back if it has become somebody's lock meanwhile. */
function removeAbandoned(file: string, owner: string): void {
  const aside = temporaryFile(path.dirname(file));
  unless(['ENOENT'], () => fs.renameSync(file, aside));
  const moved = readOwner(aside);
  if (moved !== undefined && moved !== owner) unless(['EEXIST'], () => fs.linkSync(aside, file));
  fs.rmSync(aside, { force: true });
}

function readOwner(file: string): string | undefined {
  return unless(['ENOENT'], () => fs.readFileSync(file, 'latin1'));
}
