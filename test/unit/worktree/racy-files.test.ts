import fs from 'node:fs';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { formatPointer } from '../../../src/pointer.ts';
import { visitEntries, writeStat } from '../../../src/worktree/git-index.ts';
import { lockIndex } from '../../../src/worktree/index-file.ts';
import { ageRacyFiles } from '../../../src/worktree/racy-files.ts';
import { content, oidOf } from '../../support/scratch.ts';
import { repositoryInSandbox } from './repository.ts';

afterEach(() => vi.restoreAllMocks());

const utf8 = (name: string) => Buffer.from(name, 'latin1').toString();
const bytesOf = (name: string) => content(300, name);
const recordOf = (name: string) => ({ oid: oidOf(bytesOf(name)), size: 300, path: Buffer.from(name) });

/** What git leaves that has written contents as late as its index. `edit` is what a person does before git looks at its file. */
async function written(names: readonly string[], edit: (file: (name: string) => string) => void = () => {}) {
  const { box, repository } = await repositoryInSandbox();
  let lines = '';
  for (const name of names) {
    const { stdout } = await box.git(['hash-object', '-w', '--stdin'], {
      input: formatPointer(recordOf(name)),
    });
    lines += `100644 ${stdout.trim()} 0\t${name}\0`;
    box.write(name, bytesOf(name));
  }
  edit((name) => box.path(name));
  await box.git(['update-index', '-z', '--index-info'], { input: lines });
  const index = (await lockIndex(repository, 'sha1'))!;
  visitEntries(index.bytes, 20, (entry) => {
    writeStat(index.bytes, entry, fs.lstatSync(box.path(utf8(entry.name)), { bigint: true }), 0);
  });
  index.commit();
  const second = Math.min(...names.map((name) => Math.floor(fs.lstatSync(box.path(name)).mtimeMs / 1000)));
  fs.utimesSync(repository.indexFile, second, second);
  const age = () => ageRacyFiles(repository, names.map(recordOf));
  /** Names of files whose stat git's index has, and which are older than it. */
  const settled = () => {
    const bytes = fs.readFileSync(repository.indexFile);
    const found: string[] = [];
    visitEntries(bytes, 20, (entry) => {
      const own = Buffer.from(bytes);
      const stat = fs.lstatSync(box.path(utf8(entry.name)), { bigint: true });
      writeStat(own, entry, stat, 0);
      if (own.equals(bytes) && stat.mtimeNs < BigInt(second) * 1_000_000_000n) found.push(entry.name);
    });
    return found;
  };
  return { box, repository, second, age, settled };
}

describe('files that git has written as late as its index', () => {
  it('are dated back, and git is told, while its index stays as old as it is', async () => {
    const { repository, second, age, settled, box } = await written(['a.bin', 'sub/größe.bin']);
    expect(settled()).toEqual([]);
    await age();
    expect(settled()).toHaveLength(2);
    expect(fs.statSync(repository.indexFile).mtimeMs).toBe(second * 1000);
    expect(fs.statSync(box.path('a.bin')).mtimeMs).toBe((second - 1) * 1000);
    expect((await box.git(['fsck', '--strict'])).stderr).not.toContain('error');
    const before = fs.readFileSync(repository.indexFile);
    await age();
    expect(fs.readFileSync(repository.indexFile).equals(before)).toBe(true);
  });

  it('are left as they are where a person has changed one before git looked at it', async () => {
    const { age, settled, box } = await written(['a.bin', 'b.bin'], (file) =>
      fs.writeFileSync(file('a.bin'), content(300, 'an edit of the same length')),
    );
    const { mtimeMs } = fs.statSync(box.path('a.bin'));
    await age();
    expect(settled()).toEqual(['b.bin']);
    expect(fs.statSync(box.path('a.bin')).mtimeMs).toBe(mtimeMs);
  });

  it.each<[string, (file: string) => void]>([
    ['changed', (file) => fs.writeFileSync(file, content(300, 'an edit'))],
    [
      'changed and dated back',
      (file) => {
        const { mtime } = fs.statSync(file);
        fs.writeFileSync(file, content(300, 'an edit'));
        fs.utimesSync(file, mtime, mtime);
      },
    ],
    ['made executable', (file) => fs.chmodSync(file, 0o755)],
    ['removed', (file) => fs.rmSync(file)],
    [
      'made a link',
      (file) => {
        fs.renameSync(file, `${file}.there`);
        fs.symlinkSync(`${file}.there`, file);
      },
    ],
  ])('are left as they are where one was %s since', async (_, change) => {
    const { repository, age, box } = await written(['a.bin']);
    change(box.path('a.bin'));
    const before = fs.readFileSync(repository.indexFile);
    await age();
    expect(fs.readFileSync(repository.indexFile).equals(before)).toBe(true);
  });

  it('are new again where somebody writes to one at that moment', async () => {
    for (const when of ['before', 'after'] as const) {
      const { repository, second, age, box, settled } = await written(['a.bin', 'b.bin']);
      const real = fs.futimesSync;
      let times = 0;
      vi.spyOn(fs, 'futimesSync').mockImplementation((fd, ...rest) => {
        const edit = () => fs.writeFileSync(box.path('a.bin'), content(300, 'an edit'));
        if (++times === 1 && when === 'before') edit();
        real(fd, ...rest);
        if (times === 1 && when === 'after') edit();
      });
      await age();
      vi.restoreAllMocks();
      expect(fs.statSync(box.path('a.bin')).mtimeMs).toBeGreaterThanOrEqual(second * 1000);
      expect(settled()).toEqual(['b.bin']);
      expect(fs.existsSync(`${repository.indexFile}.lock`)).toBe(false);
    }
  });

  it("are left to git's next look where its index is locked, or the entry has become another meanwhile", async () => {
    const { repository, age, box, settled } = await written(['a.bin', 'b.bin']);
    const real = fs.futimesSync;
    vi.spyOn(fs, 'futimesSync').mockImplementation((...args) => {
      real(...args);
      fs.writeFileSync(`${repository.indexFile}.lock`, '');
    });
    await age();
    vi.restoreAllMocks();
    expect(settled()).toEqual([]);
    fs.rmSync(`${repository.indexFile}.lock`);
    await box.git(['update-index', '--cacheinfo', `100644,${'1'.repeat(40)},a.bin`]);
    const before = fs.readFileSync(repository.indexFile);
    await age();
    expect(fs.readFileSync(repository.indexFile).equals(before)).toBe(true);
  });

  it('are left to git where its index is split, and where there is none', async () => {
    const { repository, age, box } = await written(['a.bin']);
    await box.git(['update-index', '--split-index']);
    const before = fs.readFileSync(repository.indexFile);
    const { mtimeMs } = fs.statSync(box.path('a.bin'));
    await age();
    expect(fs.readFileSync(repository.indexFile).equals(before)).toBe(true);
    expect(fs.statSync(box.path('a.bin')).mtimeMs).toBe(mtimeMs);
    fs.rmSync(repository.indexFile);
    await age();
  });
});
