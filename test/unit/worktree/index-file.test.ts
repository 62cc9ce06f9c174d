import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { lockIndex, readIndex } from '../../../src/worktree/index-file.ts';
import { removeLeftovers } from '../../../src/worktree/leftovers.ts';
import { repositoryInSandbox } from './repository.ts';

async function withIndex(...init: readonly string[]) {
  const { box, repository } = await repositoryInSandbox(...init);
  box.write('a', 'a');
  await box.git(['add', '.']);
  return { box, repository, lock: `${repository.indexFile}.lock` };
}

const own = (repository: { ownDir: string }) =>
  fs.existsSync(repository.ownDir) ? fs.readdirSync(repository.ownDir) : [];

describe("the lock on git's index", () => {
  it('keeps git out, and is gone afterwards', async () => {
    const { box, repository, lock } = await withIndex();
    const index = (await lockIndex(repository, 'sha1'))!;
    const { stderr } = await box.git(['add', '.'], { exitCode: 128 });
    expect(stderr).toContain('index.lock');
    index.release();
    index.release();
    expect(fs.existsSync(lock)).toBe(false);
    expect(own(repository)).toEqual([]);
    await box.git(['add', '.']);
  });

  it.each(['sha1', 'sha256'] as const)(
    'writes an index that git takes, with the mode and the second of the old one (%s)',
    async (format) => {
      const { box, repository, lock } = await withIndex(`--object-format=${format}`);
      fs.chmodSync(repository.indexFile, 0o640);
      fs.utimesSync(repository.indexFile, 1e9, 1e9 + 0.75);
      const index = (await lockIndex(repository, format))!;
      expect(index.mtime).toBe(1e9);
      index.bytes.writeUInt32BE(0, 12 + 36);
      index.bytes.fill(0, index.bytes.length - 20);
      index.commit();
      index.release();
      const bytes = readIndex(repository.indexFile)!;
      const body = bytes.length - (format === 'sha1' ? 20 : 32);
      expect(bytes.subarray(body).equals(createHash(format).update(bytes.subarray(0, body)).digest())).toBe(
        true,
      );
      expect(fs.statSync(repository.indexFile)).toMatchObject({ mtimeMs: 1e12, mode: 0o100640, nlink: 1 });
      expect(fs.existsSync(lock)).toBe(false);
      expect(own(repository)).toEqual([]);
      expect((await box.git(['status', '--porcelain'])).stdout).toBe('A  a\n');
      await box.git(['fsck']);
    },
  );

  it('is not waited for without end', async () => {
    const { repository, lock } = await withIndex();
    fs.writeFileSync(lock, '');
    expect(await lockIndex(repository, 'sha1')).toBeUndefined();
    expect(fs.existsSync(lock)).toBe(true);
    expect(own(repository)).toEqual([]);
  });

  it('is had a moment after somebody has released it', async () => {
    const { repository, lock } = await withIndex();
    fs.writeFileSync(lock, '');
    setTimeout(() => fs.rmSync(lock), 40);
    const index = await lockIndex(repository, 'sha1');
    expect(index).toBeDefined();
    index!.release();
  });

  it('is not left behind where there is no index', async () => {
    const { repository, lock } = await withIndex();
    fs.rmSync(repository.indexFile);
    expect(await lockIndex(repository, 'sha1')).toBeUndefined();
    expect(readIndex(repository.indexFile)).toBeUndefined();
    expect(fs.existsSync(lock)).toBe(false);
  });

  it('is not left behind where the index cannot be read', async () => {
    const { repository, lock } = await withIndex();
    fs.rmSync(repository.indexFile);
    fs.mkdirSync(repository.indexFile);
    await expect(lockIndex(repository, 'sha1')).rejects.toMatchObject({ code: 'EISDIR' });
    expect(fs.existsSync(lock)).toBe(false);
    expect(own(repository)).toEqual([]);
  });

  it('is not left behind on a full disk, and the index stays', async () => {
    const { box, repository, lock } = await withIndex();
    const index = (await lockIndex(repository, 'sha1'))!;
    vi.spyOn(fs, 'writeSync').mockImplementation(() => {
      throw Object.assign(new Error('full'), { code: 'ENOSPC' });
    });
    expect(() => index.commit()).toThrowError(expect.objectContaining({ code: 'ENOSPC' }));
    vi.restoreAllMocks();
    expect(fs.existsSync(lock)).toBe(false);
    expect((await box.git(['status', '--porcelain'])).stdout).toBe('A  a\n');
  });

  it('works where the file system has no hard links', async () => {
    const { repository, lock } = await withIndex();
    vi.spyOn(fs, 'linkSync').mockImplementation(() => {
      throw Object.assign(new Error('not here'), { code: 'EPERM' });
    });
    const index = (await lockIndex(repository, 'sha1'))!;
    expect(await lockIndex(repository, 'sha1')).toBeUndefined();
    index.commit();
    vi.restoreAllMocks();
    expect(fs.existsSync(lock)).toBe(false);
    expect(own(repository)).toEqual([]);
  });
});

describe('a lock that a killed process left', () => {
  /** What is there after a SIGKILL with the lock held: two names of one file, one of which tells whose it was. */
  async function abandoned() {
    const { repository, lock } = await withIndex();
    await lockIndex(repository, 'sha1');
    const [held] = own(repository);
    const dead = held!.replace(/^\.lode-\d+/, '.lode-999999999');
    fs.renameSync(path.join(repository.ownDir, held!), path.join(repository.ownDir, dead));
    return { repository, lock, name: path.join(repository.ownDir, dead) };
  }

  it('is removed', async () => {
    const { repository, lock, name } = await abandoned();
    removeLeftovers(repository);
    expect(fs.existsSync(lock)).toBe(false);
    expect(fs.existsSync(name)).toBe(false);
  });

  it("is git's own, and stays, if it is another file of that name", async () => {
    const { repository, lock, name } = await abandoned();
    fs.rmSync(lock);
    fs.writeFileSync(lock, '');
    removeLeftovers(repository);
    expect(fs.existsSync(lock)).toBe(true);
    expect(fs.existsSync(name)).toBe(false);
  });

  it('stays while its process lives', async () => {
    const { repository, lock } = await withIndex();
    const index = (await lockIndex(repository, 'sha1'))!;
    removeLeftovers(repository);
    expect(fs.existsSync(lock)).toBe(true);
    index.release();
  });
});
