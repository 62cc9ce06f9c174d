import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { ownIdentity } from '../../../src/process-identity.ts';
import { takeDrainLock } from '../../../src/worktree/drain-lock.ts';
import { deadProcess, STRANGER } from '../../support/processes.ts';
import { scratchFolder } from '../../support/scratch.ts';

const DEAD = deadProcess();

const lockOf = (folder: string) => path.join(folder, 'drain.lock');
function lockedBy(folder: string, identity: string, ageSeconds = 0): void {
  fs.writeFileSync(lockOf(folder), identity);
  const then = Date.now() / 1000 - ageSeconds;
  fs.utimesSync(lockOf(folder), then, then);
}

describe('the lock of those who put content in place', () => {
  it('is held by one at a time, and free afterwards', async () => {
    const folder = path.join(scratchFolder(), 'lode');
    const lock = (await takeDrainLock(folder))!;
    expect(await takeDrainLock(folder)).toBeUndefined();
    lock.release();
    const next = (await takeDrainLock(folder))!;
    next.release();
    expect(fs.readdirSync(folder)).toEqual([]);
  });

  it('is waited for a short time', async () => {
    const folder = scratchFolder();
    const lock = (await takeDrainLock(folder))!;
    setTimeout(() => lock.release(), 100);
    const next = await takeDrainLock(folder);
    expect(next).toBeDefined();
    next!.release();
  });

  it.each([
    ['a process that is no more', DEAD, 0],
    ['a process of elsewhere that gave no sign for more than a minute', STRANGER, 90],
    ['a process that was killed while it wrote the lock', '', 6],
    ['a power cut, which kept the file and not its bytes', '\0'.repeat(40), 6],
  ])('is taken from %s', async (_, identity, age) => {
    const folder = scratchFolder();
    lockedBy(folder, identity, age);
    const lock = await takeDrainLock(folder);
    expect(fs.readFileSync(lockOf(folder), 'utf8')).toBe(ownIdentity());
    lock!.release();
    expect(fs.readdirSync(folder)).toEqual([]);
  });

  it('is left to a process that lives, one of elsewhere that gave a sign, and one who is just writing it', async () => {
    const cases = [
      [ownIdentity(), 3600],
      [STRANGER, 10],
      ['', 0],
    ] as const;
    const taken = cases.map(async ([identity, age]) => {
      const folder = scratchFolder();
      lockedBy(folder, identity, age);
      expect(await takeDrainLock(folder)).toBeUndefined();
      expect(fs.readFileSync(lockOf(folder), 'utf8')).toBe(identity);
    });
    await Promise.all(taken);
  });

  it('that was taken away and given to another is not released for them', async () => {
    const folder = scratchFolder();
    const lock = (await takeDrainLock(folder))!;
    lockedBy(folder, STRANGER);
    lock.release();
    expect(fs.readFileSync(lockOf(folder), 'utf8')).toBe(STRANGER);
    fs.rmSync(lockOf(folder));
    lock.release();
  });

  it('is had by one of many who see it abandoned', async () => {
    const folder = scratchFolder();
    lockedBy(folder, DEAD);
    const locks = await Promise.all(Array.from({ length: 8 }, () => takeDrainLock(folder)));
    expect(locks.filter((lock) => lock !== undefined)).toHaveLength(1);
  });
});
