import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Sandbox } from '../../support/sandbox.ts';

/*
 * What a person asks git-lode itself, between two clones. `remote` is a folder, so a test can take it away and put it back.
 */
let box: Sandbox;
let remote: string;

/** A repository with one file, pushed to a bare one; the names begin with `name`. */
async function pushed(name: string): Promise<{ dir: string; bare: string; oid: string }> {
  const dir = box.path(name);
  const bare = box.path(`${name}.git`);
  await box.git(['init', '-q', '--bare', bare]);
  await box.git(['init', '-q', dir]);
  await box.git(['remote', 'add', 'origin', bare], { cwd: dir });
  await box.lode(['install', '-q', remote], { cwd: dir });
  await box.lode(['track', '-q', '*.bin'], { cwd: dir });
  const oid = box.writeRandom(`${name}/a.bin`, 200_000);
  await commit(dir, 'one');
  await box.git(['push', '-q', '-u', 'origin', 'main'], { cwd: dir });
  return { dir, bare, oid };
}

async function commit(cwd: string, message: string): Promise<void> {
  await box.git(['add', '.'], { cwd });
  await box.git(['commit', '-qm', message], { cwd });
}

const packs = () => fs.readdirSync(path.join(remote, 'packs'), { recursive: true }).length;

async function status(cwd: string) {
  const { stdout } = await box.lode(['status', '--json'], { cwd, exitCode: 'any' });
  return JSON.parse(stdout);
}

beforeAll(() => {
  box = new Sandbox();
  remote = path.join(box.root, 'remote');
});
afterAll(() => box.remove());

describe('before and after a push', () => {
  test('status says what waits, and that it is gone', async () => {
    const { dir } = await pushed('waits');
    box.writeRandom('waits/b.bin', 3_000);
    await commit(dir, 'two');
    expect(await status(dir)).toMatchObject({
      remote: { url: remote, accepted: true },
      pendingUploads: { gitRemote: 'origin', objects: 1, bytes: 3_000 },
    });
    const { stdout } = await box.lode(['status'], { cwd: dir });
    expect(stdout).toContain('Not pushed to origin yet: 1 object, 3.00 kB\n  (use "git push origin"');
    await box.git(['push', '-q'], { cwd: dir });
    expect(await status(dir)).toMatchObject({
      pendingUploads: { objects: 0 },
      pointerFiles: [],
      unfinished: 0,
    });
  });

  test('git push says in one line what went up, and nothing when it is quiet', async () => {
    const { dir } = await pushed('says');
    const push = async (name: string, args: readonly string[], env = {}) => {
      box.writeRandom(`says/${name}.bin`, 3_000);
      await commit(dir, name);
      const { stderr } = await box.git(['push', ...args], { cwd: dir, env });
      return stderr.split('\n').filter((line) => line.startsWith('git-lode:'));
    };
    expect(await push('plain', [])).toEqual([
      expect.stringMatching(/^git-lode: 1 object uploaded, [\d.]+ kB$/),
    ]);
    expect(await push('variable', [], { GIT_LODE_QUIET: '1' })).toEqual([]);
    // Windows does not show the command line of another process.
    if (process.platform !== 'win32') expect(await push('flag', ['--quiet'])).toEqual([]);
    expect(await push('loud', ['--quiet'], { GIT_LODE_QUIET: '0' })).toHaveLength(1);
  });

  test('git lode push brings up what went past the hook', async () => {
    const { dir, bare } = await pushed('past');
    const oid = box.writeRandom('past/b.bin', 3_000);
    await commit(dir, 'two');
    await box.git(['push', '-q', '--no-verify'], { cwd: dir });
    const { stdout } = await box.lode(['status'], { cwd: dir });
    expect(stdout).toContain('(--no-verify): 1 object, 3.00 kB\n  (use "git lode push origin"');
    const before = packs();
    const dry = await box.lode(['push', '--dry-run', '--json'], { cwd: dir });
    expect(JSON.parse(dry.stdout)).toMatchObject([{ gitRemote: 'origin', objects: 2, uploadedObjects: 1 }]);
    expect(packs()).toBe(before);
    expect((await box.lode(['push'], { cwd: dir })).stderr).toMatch(/: 1 object uploaded, /);
    expect((await box.lode(['push', bare, 'main'], { cwd: dir })).stderr).toContain('has everything');
    expect(await status(dir)).toMatchObject({ leftBehind: { objects: 0 } });
    await box.git(['clone', '-q', bare, 'past2']);
    await box.lode(['install', '-q'], { cwd: 'past2' });
    expect(box.sha256('past2/b.bin')).toBe(oid);
  });

  test('a good push after a bad one does not hide it, and a rewritten branch does not either', async () => {
    const { dir } = await pushed('hidden');
    box.writeRandom('hidden/b.bin', 3_000);
    await commit(dir, 'two');
    await box.git(['push', '-q', '--no-verify'], { cwd: dir });
    box.writeRandom('hidden/c.bin', 5_000);
    await commit(dir, 'three');
    await box.git(['push', '-q'], { cwd: dir });
    expect(await status(dir)).toMatchObject({ leftBehind: { objects: 1, bytes: 3_000 } });
    await box.git(['reset', '-q', '--hard', 'HEAD~2'], { cwd: dir });
    const { stdout } = await box.lode(['push', '--json'], { cwd: dir });
    expect(JSON.parse(stdout)).toMatchObject([{ uploadedObjects: 1 }]);
    expect(await status(dir)).toMatchObject({ leftBehind: { objects: 0 } });
  });

  test('a git remote that does not exist is named', async () => {
    const { dir } = await pushed('unknown');
    expect((await box.lode(['push', 'upstream'], { cwd: dir, exitCode: 2 })).stderr).toContain('upstream');
  });

  test('without any git remote there is nowhere to push to', async () => {
    await box.git(['init', '-q', 'alone']);
    expect((await box.lode(['push'], { cwd: 'alone', exitCode: 2 })).stderr).toContain('git remote add');
  });

  test('refs do not go up where no data remote is named', async () => {
    const { dir } = await pushed('unnamed');
    await box.git(['rm', '-q', '.git-lode.json'], { cwd: dir });
    box.writeRandom('unnamed/b.bin', 3_000);
    await commit(dir, 'two');
    const { stderr } = await box.git(['push'], { cwd: dir, exitCode: 1 });
    expect(stderr).toContain('names no data remote');
    expect(stderr).toContain('git lode install <s3://bucket/prefix or folder>');
    const { stdout } = await box.git(['rev-list', '--count', '--all'], { cwd: 'unnamed.git' });
    expect(stdout).toBe('1\n');
  });

  test('a commit that takes back the data remote and all files goes up: it brings no data', async () => {
    const { dir } = await pushed('taken-back');
    await box.git(['revert', '--no-edit', 'HEAD'], { cwd: dir });
    await box.git(['push', '-q'], { cwd: dir });
    const { stdout } = await box.git(['rev-list', '--count', '--all'], { cwd: 'taken-back.git' });
    expect(stdout).toBe('2\n');
    // A git remote that has nothing would lack what the first commit needs.
    await box.git(['init', '-q', '--bare', 'elsewhere.git']);
    const { stderr } = await box.git(['push', '../elsewhere.git', 'main'], { cwd: dir, exitCode: 1 });
    expect(stderr).toContain('names no data remote');
  });

  test('what the hook is told wrongly is refused, and nothing told is nothing done', async () => {
    const { dir } = await pushed('hook');
    const hook = ['hook', 'pre-push', 'origin', 'url'];
    await box.lode(hook, { cwd: dir, input: 'refs/heads/main nonsense\n', exitCode: 2 });
    await box.lode(hook, { cwd: dir, input: '' });
    await box.lode(['hook', 'pre-push'], { cwd: dir, exitCode: 2 });
    await box.lode(['hook', 'post-commit'], { cwd: dir, exitCode: 2 });
  });
});

describe('in a second clone', () => {
  test('a remote that is not accepted changes nothing, and install mends it', async () => {
    const { bare, oid } = await pushed('first');
    await box.git(['clone', '-q', bare, 'second']);
    const before = await status('second');
    expect(before).toMatchObject({
      remote: { url: remote, accepted: true },
      pointerFiles: [{ path: 'a.bin', size: 200_000, oid, reason: 'not-here' }],
    });
    const list = path.join(box.home, '.config', 'git-lode', 'accepted.json');
    const kept = fs.readFileSync(list);
    fs.rmSync(list);
    try {
      expect(await status('second')).toMatchObject({
        remote: { accepted: false },
        pointerFiles: [{ reason: 'remote-not-accepted' }],
      });
      const { stdout } = await box.lode(['status'], { cwd: 'second', exitCode: 1 });
      expect(stdout).toContain('not accepted on this machine\n  (use "git lode install" if you trust it)');
      const pull = await box.lode(['pull'], { cwd: 'second', exitCode: 26 });
      expect(pull.stderr).toContain('git lode install');
      expect(box.read('second/a.bin').length).toBeLessThan(200);
      await box.lode(['install'], { cwd: 'second' });
    } finally {
      fs.writeFileSync(list, kept);
    }
    expect(box.sha256('second/a.bin')).toBe(oid);
    expect(await box.status('second')).toBe('');
  });

  test('fetch brings objects and leaves the files; pull then needs no remote', async () => {
    const { bare, oid } = await pushed('origin1');
    await box.git(['clone', '-q', bare, 'clone1']);
    const { stderr } = await box.lode(['fetch'], { cwd: 'clone1' });
    expect(stderr).toMatch(/1 object downloaded, \d+ kB/);
    expect(await status('clone1')).toMatchObject({
      pointerFiles: [{ path: 'a.bin', reason: 'not-in-place' }],
      missingObjects: [],
    });
    fs.renameSync(remote, `${remote}-away`);
    try {
      expect((await box.lode(['fetch'], { cwd: 'clone1' })).stderr).toContain('everything is here');
      expect(JSON.parse((await box.lode(['pull', '--json'], { cwd: 'clone1' })).stdout)).toEqual({
        materialised: 1,
        left: [],
      });
    } finally {
      fs.renameSync(`${remote}-away`, remote);
    }
    expect(box.sha256('clone1/a.bin')).toBe(oid);
    expect((await box.lode(['pull'], { cwd: 'clone1' })).stderr).toContain('every file has its content');
  });

  test('pull leaves a text that looks like a pointer, where no attribute gives it to git-lode', async () => {
    const { dir } = await pushed('origin7');
    const pointer = (await box.git(['show', 'HEAD:a.bin'], { cwd: dir })).stdout;
    fs.writeFileSync(path.join(dir, 'a.txt'), pointer);
    await commit(dir, 'a text');
    expect((await box.lode(['pull'], { cwd: dir })).stderr).toContain('every file has its content');
    expect(fs.readFileSync(path.join(dir, 'a.txt'), 'latin1')).toBe(pointer);
    expect((await status(dir)).pointerFiles).toEqual([]);
    expect((await box.git(['status', '--porcelain'], { cwd: dir })).stdout).toBe('');
  });

  test('fetch takes refs, or everything', async () => {
    const { dir, bare } = await pushed('versions');
    await box.git(['tag', 'v1'], { cwd: dir });
    box.writeRandom('versions/a.bin', 100_000);
    await commit(dir, 'two');
    box.writeRandom('versions/a.bin', 50_000);
    await commit(dir, 'three');
    await box.git(['push', '-q', '--tags', 'origin', 'main'], { cwd: dir });
    await box.git(['clone', '-q', bare, 'versions2']);
    const fetch = async (...args: string[]) =>
      JSON.parse((await box.lode(['fetch', '--json', ...args], { cwd: 'versions2' })).stdout);
    expect(await fetch('v1')).toMatchObject({ objects: 1, bytes: 200_000, missing: [] });
    expect(await fetch('--all')).toMatchObject({ objects: 2, bytes: 150_000 });
    expect(await fetch('--all')).toMatchObject({ objects: 0, downloadedBytes: 0 });
    expect((await box.lode(['fetch', 'v9'], { cwd: 'versions2', exitCode: 2 })).stderr).toContain('v9');
  });

  test('an object that the remote has lost is named by its path', async () => {
    const { bare, oid } = await pushed('lost');
    await box.git(['clone', '-q', bare, 'lost2']);
    const another = path.join(box.root, 'another');
    fs.mkdirSync(another);
    fs.copyFileSync(path.join(remote, 'git-lode.json'), path.join(another, 'git-lode.json'));
    await box.git(['config', 'lode.remote', another], { cwd: 'lost2' });
    const { stderr } = await box.lode(['fetch'], { cwd: 'lost2', exitCode: 20 });
    expect(stderr).toContain('the remote does not have 1 object\n  a.bin\n');
    const json = await box.lode(['fetch', '--json'], { cwd: 'lost2', exitCode: 20 });
    expect(JSON.parse(json.stdout)).toMatchObject({ objects: 0, missing: [{ oid, path: 'a.bin' }] });
  });

  test('a bare repository has objects, and no files', async () => {
    const { bare } = await pushed('bare1');
    expect((await box.lode(['pull'], { cwd: bare, exitCode: 2 })).stderr).toContain('git lode fetch');
    expect(JSON.parse((await box.lode(['fetch', '--json'], { cwd: bare })).stdout)).toMatchObject({
      objects: 1,
    });
  });

  test('a repository without a commit has nothing to fetch', async () => {
    await box.git(['init', '-q', 'unborn']);
    expect((await box.lode(['fetch'], { cwd: 'unborn' })).stderr).toContain('everything is here');
  });
});

describe('what an unreachable remote left', () => {
  test('is told by git and by status, and pull finishes it', async () => {
    const { bare, oid } = await pushed('later');
    await box.git(['clone', '-q', '--no-checkout', bare, 'later2']);
    await box.lode(['install', '-q'], { cwd: 'later2' });
    fs.renameSync(remote, `${remote}-away`);
    try {
      const { stderr } = await box.git(['checkout', '-q', 'main'], { cwd: 'later2' });
      expect(stderr).toContain('git lode pull');
      const { stdout } = await box.lode(['status'], { cwd: 'later2', exitCode: 1 });
      expect(stdout).toContain('Files that are still pointers');
    } finally {
      fs.renameSync(`${remote}-away`, remote);
    }
    expect((await box.lode(['pull'], { cwd: 'later2' })).stderr).toContain('1 file put in place');
    expect(box.sha256('later2/a.bin')).toBe(oid);
    expect(await box.status('later2')).toBe('');
    await box.lode(['status'], { cwd: 'later2' });
  });

  test('the hooks put in place what the journal still names', async () => {
    const { bare, oid } = await pushed('hooks');
    for (const hook of ['post-checkout', 'post-merge', 'pre-merge-commit']) {
      await box.git(['clone', '-q', bare, hook]);
      await box.lode(['fetch', '-q'], { cwd: hook });
      box.write(`${hook}/.git/lode/journal/parked.0`, `${oid} 200000 a.bin\0`);
      expect(await status(hook)).toMatchObject({ unfinished: 1 });
      await box.lode(['hook', hook, '0', '0', '1'], { cwd: hook });
      expect(box.sha256(`${hook}/a.bin`)).toBe(oid);
      expect(await status(hook)).toMatchObject({ unfinished: 0, pointerFiles: [] });
    }
  });
});
