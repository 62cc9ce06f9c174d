import fs from 'node:fs';
import os from 'node:os';
import { describe, expect, it, vi } from 'vitest';
import { isAbandoned, isAlive, ownIdentity } from '../../src/process-identity.ts';
import { deadProcess, livingProcess, placeOf, STRANGER, unburiedProcess } from '../support/processes.ts';

const HOUR = 3600_000;

describe('a process', () => {
  it('is known as long as it lives', () => {
    expect(isAlive(ownIdentity())).toBe(true);
    expect(isAlive(livingProcess())).toBe(true);
    expect(isAlive(deadProcess())).toBe(false);
  });

  it.runIf(process.platform === 'linux')('is not its successor with the same number', () => {
    const living = livingProcess();
    const [pid, start] = living.split('.');
    expect(isAlive(`${pid}.${Number(start) - 1}.${placeOf(living)}`)).toBe(false);
  });

  it.runIf(process.platform === 'linux')('is dead once it has ended, buried or not', async () => {
    expect(isAlive(await unburiedProcess())).toBe(false);
  });

  it.runIf(process.platform === 'linux')(
    'of another machine made from the same image is none of this one',
    () => {
      const [pid, start, , place] = livingProcess().split('.');
      const twin = `${pid}.${start}.12345678.${place}`;
      expect(isAlive(twin)).toBeUndefined();
      // What was written before this machine was started can only be of a life before it.
      const started = Date.now() - os.uptime() * 1000;
      expect(isAlive(twin, started + 1000)).toBeUndefined();
      expect(isAlive(twin, started - 1000)).toBe(false);
    },
  );

  it('is dead where the system tells nothing but its number, and its last sign is older than the machine’s start', async () => {
    const read = fs.readFileSync as (...args: unknown[]) => string;
    vi.spyOn(fs, 'readFileSync').mockImplementation(((file: string, ...rest: unknown[]) => {
      if (String(file).startsWith('/proc/')) throw Object.assign(new Error('none'), { code: 'ENOENT' });
      return read(file, ...rest);
    }) as typeof fs.readFileSync);
    vi.resetModules();
    const there = await import('../../src/process-identity.ts');
    const own = there.ownIdentity();
    expect(own).toMatch(/^\d+\.0\.00000000\.[0-9a-f]{8}$/);
    expect([there.isAlive(own), there.isAlive(own, Date.now()), there.isAlive(own, 0)]).toEqual([
      true,
      true,
      false,
    ]);
    vi.restoreAllMocks();
  });

  it.each([
    '1.1.00000000',
    STRANGER,
    '',
    'x',
    '0.0.',
    `-1.1.${placeOf(ownIdentity())}`,
    '1.1',
    `${ownIdentity().split('.').slice(0, 3).join('.')}.00000000`,
  ])('of another machine or container, or none at all, cannot be told: %j', (identity) => {
    expect(isAlive(identity)).toBeUndefined();
    expect(isAlive(identity, 0)).toBeUndefined();
  });
});

describe('what a process has left', () => {
  const now = Date.now();

  it.each([
    ['a living process', ownIdentity(), 0, false],
    ['a process that has ended', deadProcess(), now, true],
    ['a stranger that gave a sign lately', STRANGER, now - HOUR + 1000, false],
    ['a stranger that has been silent', STRANGER, now - HOUR - 1000, true],
  ])('is abandoned or not: %s', (_, identity, seen, abandoned) => {
    expect(isAbandoned(identity, seen, HOUR, now)).toBe(abandoned);
  });
});
