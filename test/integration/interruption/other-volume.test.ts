import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DataRepository, installedSandbox } from '../../support/data-repository.ts';
import { FIRST, MAIN } from '../../support/history.ts';
import { GIT_KILLED, interrupted, leftIn, PROGRAM_KILLED } from '../../support/interruption.ts';
import type { Sandbox } from '../../support/sandbox.ts';

let box: Sandbox;
let count = 0;

beforeAll(async () => {
  box = await installedSandbox();
});
afterAll(() => box.remove());

const deviceOf = (folder: string) => fs.statSync(folder, { throwIfNoEntry: false })?.dev;

/** A folder on another file system than the sandboxes': memory, on every Linux. */
const elsewhere = ['/dev/shm', '/var/tmp', os.homedir()].find(
  (folder) => ![undefined, deviceOf(os.tmpdir())].includes(deviceOf(folder)),
);

async function apart(gitDir: string, name: string): Promise<DataRepository> {
  const repository = new DataRepository(box, path.join(box.root, name));
  await box.git(['init', '-q', '--separate-git-dir', gitDir, repository.dir]);
  fs.writeFileSync(repository.file('.gitattributes'), '*.bin filter=lode -text -merge\n');
  await repository.commit({ ...FIRST, 'sub/large.bin': 1 }, 'v1');
  await repository.commit({ ...MAIN, 'sub/large.bin': 2 }, 'v2');
  await repository.git(['checkout', '-q', 'v1']);
  return repository;
}

/** Two checkouts, the first of them killed while a large file is copied to beside its place. */
async function expectHealing(
  repository: DataRepository,
  gitDir: string,
  heal: () => Promise<unknown>,
): Promise<void> {
  await interrupted(repository, ['checkout', '-q', 'main'], 'file-copied', PROGRAM_KILLED);
  expect(leftIn(repository.dir)).toEqual([expect.stringMatching(/\.lode-/)]);
  expect(leftIn(gitDir)).toContainEqual(expect.stringMatching(/^lode\/beside\//));
  await heal();
  await repository.git(['lode', 'pull', '--quiet']);
  const status = await repository.status();
  expect(status.lines).toEqual([]);
  expect([...leftIn(repository.dir), ...leftIn(gitDir)]).toEqual([]);
}

// Where a machine has a single file system that can be written, no repository is spread over two.
describe.runIf(elsewhere !== undefined)(
  'a git directory on another file system than the working tree',
  () => {
    async function withGitDir(
      action: (repository: DataRepository, gitDir: string) => Promise<void>,
    ): Promise<void> {
      const folder = fs.mkdtempSync(path.join(elsewhere!, 'git-lode-test-'));
      try {
        const gitDir = path.join(folder, 'git');
        await action(await apart(gitDir, `work-${count++}`), gitDir);
      } finally {
        fs.rmSync(folder, { recursive: true });
      }
    }

    it('is added to, checked out from, and leaves nothing beside the files', () =>
      withGitDir(async (repository, gitDir) => {
        await repository.git(['checkout', '-q', 'main']);
        await repository.expectFiles({ ...MAIN, 'sub/large.bin': 2 });
        expect(await repository.status()).toEqual({ lines: [], cleaned: false });
        expect([...leftIn(repository.dir), ...leftIn(gitDir)]).toEqual([]);
      }));

    it('lets the next checkout find what a killed one has left beside the files', () =>
      withGitDir(async (repository, gitDir) => {
        await expectHealing(repository, gitDir, () => repository.git(['checkout', '-q', '-f', 'v1']));
        await repository.expectFiles({ ...FIRST, 'sub/large.bin': 1 });
      }));

    it('lets git lode pull find it, also when the file has become a person’s', () =>
      withGitDir(async (repository, gitDir) => {
        await expectHealing(repository, gitDir, async () => {
          for (const name of ['large.bin', 'sub/large.bin', 'small.bin']) repository.write(name, 2);
        });
        await repository.expectFiles({ ...MAIN, 'sub/large.bin': 2 });
      }));

    it('goes on where git alone is killed', () =>
      withGitDir(async (repository, gitDir) => {
        await interrupted(repository, ['checkout', '-q', 'main'], 'file-copied', GIT_KILLED);
        await repository.expectFiles({ ...MAIN, 'sub/large.bin': 2 });
        expect([...leftIn(repository.dir), ...leftIn(gitDir)]).toEqual([]);
      }));
  },
);

const mayMount = process.platform === 'linux' && process.getuid?.() === 0;

// Mounts take the superuser; what is done about EXDEV is tried without one in test/unit/worktree/replace-file.test.ts.
describe.runIf(mayMount)(
  'a git directory that is mounted apart, as containers do, on the same file system',
  () => {
    it('is found out by the first file, and leaves nothing', async () => {
      const gitDir = path.join(box.root, 'mounted');
      fs.mkdirSync(gitDir);
      spawnSync('mount', ['--bind', gitDir, gitDir]);
      try {
        const repository = await apart(path.join(gitDir, 'git'), `work-${count++}`);
        await repository.git(['checkout', '-q', 'main']);
        await repository.expectFiles({ ...MAIN, 'sub/large.bin': 2 });
        expect(await repository.status()).toEqual({ lines: [], cleaned: false });
        expect([...leftIn(repository.dir), ...leftIn(gitDir)]).toEqual([]);
      } finally {
        spawnSync('umount', [gitDir]);
      }
    });
  },
);
