import fs from 'node:fs';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { describe, expect, it, vi } from 'vitest';
import { LodeError } from '../../../src/errors.ts';
import type { Wanted } from '../../../src/worktree/drain.ts';
import { hasJournal } from '../../../src/worktree/journal.ts';
import { content } from '../../support/scratch.ts';
import { deferred } from './deferred.ts';

describe('an object that is missing at the end', () => {
  it('is asked for with all others in one request, and only if a file waits for it', async () => {
    const { drain, box, store, holds } = await deferred({
      'a.bin': { missing: true },
      'b.bin': { missing: true },
      'c.bin': {},
      'd.bin': { missing: true },
    });
    fs.rmSync(box.path('d.bin'));
    const requests: (readonly Wanted[])[] = [];
    const fetch = async (wanted: readonly Wanted[]) => {
      requests.push(wanted);
      for (const { oid, path: name } of wanted) store.add(oid, content(500, name));
      return new Set<string>();
    };
    expect(await drain({ fetch })).toEqual({ materialised: 3, left: [] });
    expect(requests.map((wanted) => wanted.map(({ path: name }) => name))).toEqual([['a.bin', 'b.bin']]);
    expect(['a.bin', 'b.bin', 'c.bin'].every(holds)).toBe(true);
  });

  it.each([
    [
      'missing',
      async () => new Set<string>(),
      /1 file is still a pointer, because the content is neither here nor on the remote: a.bin/,
    ],
    [
      'unreachable',
      () => Promise.reject(new LodeError('REMOTE_UNREACHABLE', 'no route to host')),
      /no route to host.*1 file is still a pointer, because the remote could not be reached/s,
    ],
    [
      'interrupted',
      () => Promise.reject(new LodeError('INTERRUPTED', 'interrupted')),
      /^1 file is still a pointer, because the command was interrupted/,
    ],
  ] as const)(
    'leaves its pointer (%s), says so once, and keeps no later command waiting',
    async (reason, fetch, message) => {
      const { drain, repository, said, holds, box } = await deferred({
        'a.bin': { missing: true },
        'b.bin': {},
      });
      expect(await drain({ fetch })).toEqual({ materialised: 1, left: [{ path: 'a.bin', reason }] });
      expect(holds('b.bin')).toBe(true);
      expect(said.join('\n')).toMatch(message);
      expect(said.join('\n')).toContain('to finish: git lode pull');
      expect(hasJournal(repository.ownDir)).toBe(false);
      expect((await box.git(['status', '--porcelain'])).stdout).toContain('A  a.bin');
    },
  );

  it('is told with what it was about, once, and what to do about it', async () => {
    const { drain, said } = await deferred({ 'a.bin': { missing: true } });
    const about = (message: string) =>
      new LodeError('REMOTE_UNREACHABLE', message, { subject: 'packs/ab', hint: 'Wait.' });
    await drain({ fetch: () => Promise.reject(about('cannot read packs/ab: no route')) });
    expect(said[0]).toBe('cannot read packs/ab: no route\n  Wait.');
    const other = await deferred({ 'a.bin': { missing: true } });
    await other.drain({ fetch: () => Promise.reject(about('no route')) });
    expect(other.said[0]).toBe('no route (packs/ab)\n  Wait.');
  });

  it('passes on an error that nobody expected, and keeps the journal', async () => {
    const { drain, repository } = await deferred({ 'a.bin': { missing: true } });
    await expect(drain({ fetch: () => Promise.reject(new TypeError('a bug')) })).rejects.toThrow('a bug');
    expect(hasJournal(repository.ownDir)).toBe(true);
    expect(fs.existsSync(path.join(repository.ownDir, 'drain.lock'))).toBe(false);
  });

  it('is put in place, with what was here before, while others are still on their way', async () => {
    const { drain, box, store, holds, sizeOf } = await deferred({
      'a.bin': { missing: true },
      'b.bin': { missing: true },
      'c.bin': {},
    });
    const fetch = async ([a, b]: readonly Wanted[], onObject: (oid: string) => void) => {
      const bring = ({ oid, path: name }: Wanted) => {
        store.add(oid, content(500, name));
        onObject(oid);
      };
      bring(a!);
      await vi.waitUntil(() => sizeOf('a.bin') === 500);
      expect([holds('a.bin'), holds('b.bin'), holds('c.bin')]).toEqual([true, false, true]);
      bring(b!);
      return new Set<string>();
    };
    expect(await drain({ fetch, chooseEvery: 0 })).toEqual({ materialised: 3, left: [] });
    expect(['a.bin', 'b.bin', 'c.bin'].every(holds)).toBe(true);
    expect((await box.git(['status', '--porcelain'])).stdout.split('\n').filter(Boolean)).toEqual([
      'A  a.bin',
      'A  b.bin',
      'A  c.bin',
    ]);
  });

  it('is put in place from memory as soon as it comes, unless a person has edited the file by then', async () => {
    const { drain, box, store, holds } = await deferred({
      'a.bin': { missing: true },
      'b.bin': { missing: true },
      'c.bin': { missing: true },
    });
    const fetch = async ([a, b, c]: readonly Wanted[], onObject: (oid: string, content?: Buffer) => void) => {
      const bring = ({ oid, path: name }: Wanted) => {
        store.add(oid, content(500, name));
        onObject(oid, content(500, name));
      };
      bring(a!);
      await vi.waitUntil(() => holds('a.bin'));
      const opened = vi.spyOn(store, 'open');
      bring(b!);
      expect([holds('b.bin'), opened.mock.calls]).toEqual([true, []]);
      box.write('c.bin', 'an edit');
      bring(c!);
      return new Set<string>();
    };
    expect(await drain({ fetch })).toEqual({ materialised: 2, left: [] });
    expect(fs.readFileSync(box.path('c.bin'), 'utf8')).toBe('an edit');
    expect((await box.git(['status', '--porcelain'])).stdout.split('\n').filter(Boolean)).toEqual([
      'A  a.bin',
      'A  b.bin',
      'AM c.bin',
    ]);
  });

  it("is put in place at the end if git's index was locked when it came", async () => {
    const { drain, repository, store, holds } = await deferred({
      'a.bin': { missing: true },
      'b.bin': { missing: true },
    });
    const lock = `${repository.indexFile}.lock`;
    const fetch = async (wanted: readonly Wanted[], onObject: (oid: string) => void) => {
      fs.writeFileSync(lock, '');
      for (const { oid, path: name } of wanted) {
        store.add(oid, content(500, name));
        onObject(oid);
      }
      // It is tried for a second, and nobody is told when it is given up.
      await setTimeout(1200);
      expect([holds('a.bin'), holds('b.bin')]).toEqual([false, false]);
      fs.rmSync(lock);
      return new Set<string>();
    };
    expect(await drain({ fetch, chooseEvery: 0 })).toEqual({ materialised: 2, left: [] });
  });

  it('keeps the files that came before the remote went away', async () => {
    const { drain, store, holds } = await deferred({
      'a.bin': { missing: true },
      'b.bin': { missing: true },
    });
    const fetch = async ([a]: readonly Wanted[], onObject: (oid: string) => void) => {
      store.add(a!.oid, content(500, a!.path));
      onObject(a!.oid);
      throw new LodeError('REMOTE_UNREACHABLE', 'no route to host');
    };
    const left = [{ path: 'b.bin', reason: 'unreachable' }];
    expect(await drain({ fetch, chooseEvery: 0 })).toEqual({ materialised: 1, left });
    expect(holds('a.bin')).toBe(true);
  });
});
