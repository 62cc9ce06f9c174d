import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { formatPointer } from '../../../src/pointer.ts';
import { ownIdentity } from '../../../src/process-identity.ts';
import { drainJournal } from '../../../src/worktree/drain.ts';
import { hasJournal } from '../../../src/worktree/journal.ts';
import { materialiseAll, pointerFiles } from '../../../src/worktree/materialise-all.ts';
import { livingProcess, STRANGER } from '../../support/processes.ts';
import { content, oidOf } from '../../support/scratch.ts';
import { deferred } from './deferred.ts';

describe('the end phase', () => {
  it('puts content in place, tells git about it, and forgets the journal', async () => {
    const { box, repository, drain, holds, sizeOf, said } = await deferred({
      'a.bin': {},
      'sub/b c.bin': {},
    });
    const index = fs.statSync(repository.indexFile);
    expect(await drain()).toEqual({ materialised: 2, left: [] });
    expect(holds('a.bin') && holds('sub/b c.bin')).toBe(true);
    expect(sizeOf('a.bin')).toBe(500);
    const now = fs.statSync(repository.indexFile);
    expect(now.mtimeMs).toBe(Math.floor(index.mtimeMs / 1000) * 1000);
    expect(fs.statSync(box.path('a.bin')).mtimeMs).toBeLessThan(now.mtimeMs);
    expect(hasJournal(repository.ownDir)).toBe(false);
    expect(said).toEqual([]);
    expect(await drain()).toEqual({ materialised: 0, left: [] });
  });

  it('does not tell git that a file is unchanged which git has otherwise', async () => {
    const { box, repository, drain, holds } = await deferred({
      'a.bin': { index: 'other' },
      'b.bin': { index: 'none' },
      'c.bin': { index: 'conflict' },
    });
    const before = fs.statSync(box.path('a.bin')).mtimeMs;
    const index = fs.readFileSync(repository.indexFile);
    expect((await drain()).materialised).toBe(3);
    expect(['a.bin', 'b.bin', 'c.bin'].every(holds)).toBe(true);
    expect(fs.readFileSync(repository.indexFile).equals(index)).toBe(true);
    // Only files whose entry is patched may be dated back: the others must look as new as they are.
    expect(fs.statSync(box.path('a.bin')).mtimeMs).toBeGreaterThanOrEqual(before);
    const { stdout } = await box.git(['status', '--porcelain']);
    expect(stdout.split('\n').filter((line) => line.includes('.bin'))).toEqual([
      'AM a.bin',
      'UU c.bin',
      '?? b.bin',
    ]);
  });

  it('writes nothing outside of the working tree, nor into a git directory, whatever the journal says', async () => {
    const { box, repository, drain } = await deferred({
      '../outside.bin': { index: 'none' },
      'linked/a.bin': { index: 'none' },
    });
    const pointer = formatPointer({ oid: oidOf(content(500, '../outside.bin')), size: 500 });
    box.write('../outside.bin', pointer);
    fs.renameSync(box.path('linked'), box.path('../elsewhere'));
    fs.symlinkSync('../elsewhere', box.path('linked'));
    expect(await drain()).toEqual({ materialised: 0, left: [] });
    expect(fs.readFileSync(box.path('../outside.bin')).equals(pointer)).toBe(true);
    expect(fs.statSync(box.path('../elsewhere/a.bin')).size).toBeLessThan(200);
    expect(hasJournal(repository.ownDir)).toBe(false);
  });

  it('passes by files that are gone, or something else by now', async () => {
    const { box, drain, repository } = await deferred({
      'a.bin': {},
      'b.bin': {},
      'c/d.bin': {},
      'e.bin': {},
    });
    fs.rmSync(box.path('a.bin'));
    fs.writeFileSync(box.path('b.bin'), 'an edit');
    fs.rmSync(box.path('c'), { recursive: true });
    fs.writeFileSync(box.path('c'), 'a file');
    fs.rmSync(box.path('e.bin'));
    fs.mkdirSync(box.path('e.bin'));
    expect(await drain()).toEqual({ materialised: 0, left: [] });
    expect(hasJournal(repository.ownDir)).toBe(false);
    expect(fs.readFileSync(box.path('b.bin'), 'utf8')).toBe('an edit');
  });

  it('stops between two files when it is asked to, and leaves the rest to the next command', async () => {
    const { drain, repository, said, holds } = await deferred({ 'a.bin': {}, 'b.bin': {} });
    const { left } = await drain({ signal: AbortSignal.abort() });
    expect(left.map(({ reason }) => reason)).toEqual(['interrupted', 'interrupted']);
    expect(said.join()).toContain('interrupted');
    expect(hasJournal(repository.ownDir)).toBe(true);
    expect((await drain()).materialised).toBe(2);
    expect(holds('a.bin') && holds('b.bin')).toBe(true);
  });

  it("leaves the files to whoever holds the lock of git's index", async () => {
    const { drain, repository, said, holds, box } = await deferred({
      'a.bin': {},
      'b.bin': { index: 'none' },
    });
    fs.writeFileSync(`${repository.indexFile}.lock`, '');
    const left = ['a.bin', 'b.bin'].map((name) => ({ path: name, reason: 'locked' }));
    expect(await drain()).toEqual({ materialised: 0, left });
    expect(said.join()).toMatch(
      /2 files are still pointers, because another git command is at work here: a.bin, b.bin\n {2}to finish: git lode pull/,
    );
    fs.rmSync(`${repository.indexFile}.lock`);
    expect((await drain()).materialised).toBe(2);
    expect(holds('a.bin') && holds('b.bin')).toBe(true);
    expect((await box.git(['status', '--porcelain'])).stdout).toContain('A  a.bin');
  });

  it.runIf(process.platform === 'linux')(
    'leaves the files of a filter whose git is at work, except for that git’s own hooks',
    async () => {
      const { drain, dependencies, repository, holds } = await deferred({ 'a.bin': {}, 'b.bin': {} });
      const folder = path.join(repository.ownDir, 'journal');
      const [name] = fs.readdirSync(folder);
      fs.renameSync(
        path.join(folder, name!),
        path.join(folder, name!.replace(ownIdentity(), livingProcess())),
      );
      expect(await drain()).toEqual({ materialised: 0, left: [] });
      const pulled = await materialiseAll(repository, dependencies);
      expect(pulled.left.map(({ reason }) => reason)).toEqual(['locked', 'locked']);
      expect(await drainJournal(repository, dependencies, { running: true })).toEqual({
        materialised: 2,
        left: [],
      });
      expect(holds('a.bin') && holds('b.bin')).toBe(true);
      expect(fs.readdirSync(folder).some((file) => file.endsWith('.live'))).toBe(true);
    },
  );

  it('steps back where another command is at it', async () => {
    const { drain, dependencies, repository, said } = await deferred({ 'a.bin': {} });
    fs.writeFileSync(path.join(repository.ownDir, 'drain.lock'), STRANGER);
    expect(await drain()).toEqual({ materialised: 0, left: [] });
    // Who has been asked for the files must not be told that they are there.
    const pulled = await materialiseAll(repository, dependencies);
    expect(pulled).toEqual({ materialised: 0, left: [{ path: 'a.bin', reason: 'locked' }] });
    expect(said.join()).toContain('afterwards run: git lode pull');
    expect(hasJournal(repository.ownDir)).toBe(true);
  });
});

describe('a file that cannot be written', () => {
  it('keeps its pointer, is named with the reason of the system, and is done by the next command', async () => {
    const { drain, repository, said, holds, box } = await deferred({ 'a.bin': {}, 'b.bin': {} });
    const { ino } = fs.statSync(box.path('a.bin'));
    const write = fs.writeSync as (...args: unknown[]) => number;
    vi.spyOn(fs, 'writeSync').mockImplementation(((fd: number, ...rest: unknown[]) => {
      if (fs.fstatSync(fd).ino === ino) throw Object.assign(new Error('full'), { code: 'ENOSPC' });
      return write(fd, ...rest);
    }) as typeof fs.writeSync);
    expect(await drain()).toEqual({ materialised: 1, left: [{ path: 'a.bin', reason: 'failed' }] });
    vi.restoreAllMocks();
    expect(said.join()).toContain('writing failed (ENOSPC)');
    expect(hasJournal(repository.ownDir)).toBe(true);
    expect((await drain()).materialised).toBe(1);
    expect(holds('a.bin') && holds('b.bin')).toBe(true);
  });
});

describe('every pointer in the working tree', () => {
  it('is found without a journal, and put in place', async () => {
    const { box, repository, dependencies, holds } = await deferred({
      'a.bin': {},
      'b.bin': {},
      'c.bin': { index: 'none' },
      'd/e.bin': {},
      'f.bin': {},
    });
    fs.rmSync(path.join(repository.ownDir, 'journal'), { recursive: true });
    fs.writeFileSync(box.path('b.bin'), 'an edit');
    fs.rmSync(box.path('d'), { recursive: true });
    fs.writeFileSync(box.path('d'), 'a file');
    fs.rmSync(box.path('f.bin'));
    fs.symlinkSync('a.bin', box.path('f.bin'));
    expect((await pointerFiles(repository)).map(({ path: name }) => name.toString())).toEqual(['a.bin']);
    expect(await materialiseAll(repository, dependencies)).toEqual({ materialised: 1, left: [] });
    expect(holds('a.bin')).toBe(true);
  });

  it('is found where git keeps its index in two files', async () => {
    const { box, repository, dependencies, holds } = await deferred({ 'a.bin': {}, 'b.bin': {} });
    fs.rmSync(path.join(repository.ownDir, 'journal'), { recursive: true });
    await box.git(['update-index', '--split-index']);
    expect(await materialiseAll(repository, dependencies)).toEqual({ materialised: 2, left: [] });
    expect(holds('a.bin') && holds('b.bin')).toBe(true);
  });
});
