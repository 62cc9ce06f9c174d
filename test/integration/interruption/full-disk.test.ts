import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DataRepository, emptyRepository, installedSandbox } from '../../support/data-repository.ts';
import { FIRST, MAIN } from '../../support/history.ts';
import { leftIn } from '../../support/interruption.ts';
import type { Sandbox } from '../../support/sandbox.ts';
import { Team } from '../../support/team.ts';

const DISK_BYTES = 24 << 20;

/**
 * A disk that can be filled takes a mount, and that takes the superuser; what the code does with ENOSPC itself is tried without one in
 * test/unit/worktree/replace-file.test.ts and test/unit/store/store.test.ts.
 */
const mayMount = process.platform === 'linux' && process.getuid?.() === 0;

let box: Sandbox;
let disk: string;

beforeAll(async () => {
  box = await installedSandbox();
  disk = path.join(box.root, 'disk');
  fs.mkdirSync(disk);
  if (mayMount) mount('mount', '-t', 'tmpfs', '-o', `size=${DISK_BYTES}`, 'tmpfs', disk);
});
afterAll(async () => {
  if (mayMount) mount('umount', disk);
  await box.remove();
});

function mount(command: string, ...args: string[]): void {
  const { status, stderr } = spawnSync(command, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command} failed: ${stderr}`);
}

/** Leaves so many bytes free while `action` runs. */
async function withFreeBytes(bytes: number, action: () => Promise<void>): Promise<void> {
  const filler = path.join(disk, 'filler');
  const { bavail, bsize } = fs.statfsSync(disk);
  fs.writeFileSync(filler, Buffer.alloc(bavail * bsize - bytes));
  try {
    await action();
  } finally {
    fs.rmSync(filler);
  }
}

async function repositoryOnDisk(name: string): Promise<DataRepository> {
  const repository = await emptyRepository(box, `disk/${name}`);
  await repository.commit(FIRST, 'v1');
  await repository.commit(MAIN, 'v2');
  return repository;
}

describe.runIf(mayMount)('a full disk', () => {
  /** From nothing at all to nearly enough: each stops the work at another write. */
  const SPACES = [0, 8_000, 40_000, 400_000, 1_000_000];

  it('of the folder that is the data remote fails a push, says so, and git push does it again', async () => {
    const team = await Team.create(box, 'disk/push');
    const before = team.published;
    for (const space of SPACES) {
      await withFreeBytes(space, async () => {
        const { stderr } = await team.author.git(['push', '-q'], { exitCode: 1 });
        expect(stderr).toMatch(/no space is left|disk that holds the local object store is full/);
        expect(stderr).not.toContain('this should not have happened');
      });
      expect(team.published).toBe(before);
    }
    await team.author.git(['push', '-q']);
    await team.expectDataWhole();
    expect(leftIn(team.dir)).toEqual([]);
    fs.rmSync(team.dir, { recursive: true });
  });

  it('leaves pointers at a pull that downloads, says so, and git lode pull finishes', async () => {
    const team = await Team.create(box, 'disk/fetch');
    await team.author.git(['push', '-q']);
    const { reader } = team;
    await reader.git(['fetch', '-q']);
    await reader.git(['tag', 'v1']);
    for (const space of SPACES) {
      await reader.git(['reset', '-q', '--hard', 'v1']);
      fs.rmSync(reader.file('large.bin'));
      await withFreeBytes(space + 100_000, async () => {
        const { stderr } = await reader.git(['reset', '-q', '--hard', 'origin/main'], { exitCode: 'any' });
        expect(stderr).toContain('the disk that holds the local object store is full');
        expect(stderr).toContain('because writing failed: large.bin');
        expect(stderr).not.toContain('this should not have happened');
        const states = Object.values(reader.look(Object.keys(MAIN)));
        expect(states.filter((state) => ![1, 2, 'a pointer', 'absent'].includes(state))).toEqual([]);
      });
    }
    await reader.git(['reset', '-q', '--hard', 'origin/main']);
    await reader.git(['lode', 'pull', '--quiet']);
    await reader.expectFiles(MAIN);
    expect((await reader.status()).lines).toEqual([]);
    expect(leftIn(team.dir)).toEqual([]);
    fs.rmSync(team.dir, { recursive: true });
  });

  it('keeps what has come of a large object, and the next fetch brings the rest', async () => {
    const size = 20 << 20;
    const team = await Team.create(box, 'large');
    box.writeRandom('../large/author/huge.bin', size);
    await team.author.git(['add', '.']);
    await team.author.git(['commit', '-qm', 'huge']);
    await team.author.git(['push', '-q']);
    const clone = ['clone', '-q', '-n', '-c', `lode.remote=${team.data}`, path.join(team.dir, 'origin.git')];
    await box.git([...clone, path.join(disk, 'reader')]);
    const reader = new DataRepository(box, path.join(disk, 'reader'));
    await withFreeBytes(14 << 20, async () => {
      const { stderr } = await reader.git(['lode', 'fetch'], { exitCode: 'any' });
      expect(stderr).toContain('the disk that holds the local object store is full');
      // Something is left for git to end what it was at.
      expect(fs.statfsSync(disk).bavail * fs.statfsSync(disk).bsize).toBeGreaterThan(1 << 20);
    });
    const { stdout } = await reader.git(['lode', 'fetch', '--json']);
    expect(JSON.parse(stdout).missing).toEqual([]);
    expect(JSON.parse(stdout).downloadedBytes).toBeLessThan(size - (6 << 20));
    fs.rmSync(reader.dir, { recursive: true });
  });

  it('with room for one of the two gives a large object to the store, and leaves the pointer', async () => {
    const team = await Team.create(box, 'one-of-two');
    const size = 17 << 20;
    box.writeRandom('../one-of-two/author/huge.bin', size);
    await team.author.git(['add', 'huge.bin']);
    await team.author.git(['commit', '-qm', 'huge']);
    await team.author.git(['push', '-q']);
    const clone = ['clone', '-q', '-c', `lode.remote=${team.data}`, path.join(team.dir, 'origin.git')];
    const { stderr } = await box.git([...clone, path.join(disk, 'reader')]);
    expect(stderr).toContain('because writing failed (ENOSPC): huge.bin');
    const reader = new DataRepository(box, path.join(disk, 'reader'));
    const { stdout } = await reader.git(['lode', 'fetch', '--json']);
    expect(JSON.parse(stdout)).toMatchObject({ objects: 0, missing: [] });
    expect(fs.statSync(reader.file('huge.bin')).size).toBeLessThan(1000);
    expect(leftIn(reader.dir).filter((name) => /\.lode-/.test(name))).toEqual([]);
    fs.rmSync(reader.dir, { recursive: true });
  });

  it('leaves pointers at a checkout, says so, and the named command finishes', async () => {
    const repository = await repositoryOnDisk('checkout');
    // Enough for git and the small files; the old large file gives its own place back.
    fs.rmSync(repository.file('large.bin'));
    await withFreeBytes(500_000, async () => {
      const { stderr } = await repository.git(['checkout', '-q', '-f', 'v1']);
      expect(stderr).toContain('because writing failed (ENOSPC): large.bin');
      await repository.expectFiles({ ...FIRST, 'large.bin': 'a pointer' as never });
      expect((await repository.git(['status', '--porcelain'])).stdout).toBe('');
    });
    await box.lode(['pull', '--quiet'], { cwd: repository.dir });
    await repository.expectFiles(FIRST);
    expect((await repository.status()).lines).toEqual([]);
    fs.rmSync(repository.dir, { recursive: true });
  });

  it('fails an add, says so, and keeps nothing of it', async () => {
    const repository = await repositoryOnDisk('add');
    repository.write('new/large.bin', 5);
    const store = () => fs.readdirSync(repository.file('.git/lode'), { recursive: true }).length;
    const before = store();
    await withFreeBytes(500_000, async () => {
      const { stderr } = await repository.git(['add', '.'], { exitCode: 128 });
      expect(stderr).toContain('new/large.bin: the disk that holds the local object store is full');
    });
    expect(store()).toBe(before);
    await repository.git(['add', '.']);
    await repository.git(['commit', '-qm', 'new']);
    await repository.git(['checkout', '-q', 'v1']);
    await repository.git(['checkout', '-q', 'main']);
    await repository.expectFiles({ ...MAIN, 'new/large.bin': 5 });
    expect(await repository.status()).toEqual({ lines: [], cleaned: false });
  });
});
