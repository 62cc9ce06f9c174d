import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { requireRemote } from '../../../src/config/acceptance.ts';
import { loadSettings } from '../../../src/config/load.ts';
import { findRepository } from '../../../src/git/repository.ts';
import { createSandbox, type Sandbox } from '../../support/sandbox.ts';

let box: Sandbox;

beforeEach(async () => {
  box = createSandbox();
  await box.git(['init', '-q']);
});

const load = (cwd = '.') => loadSettings(findRepository(box.path(cwd), box.env), box.env);

describe('where settings come from', () => {
  test.each([
    ['.git-lode.json', '{"remote": "s3://bucket/json"}'],
    ['.git-lode.json', '\ufeff{"remote": "s3://bucket/json"}'],
    ['.git-lode.yaml', 'remote: s3://bucket/yaml # ours\n'],
    ['package.json', '{"name": "x", "git-lode": {"remote": "s3://bucket/package"}}'],
  ])('%s', async (name, text) => {
    box.write(name, text);
    expect(await load()).toMatchObject({ file: name, remote: { bucket: 'bucket' }, committed: ['remote'] });
  });

  test('a file of our own goes before package.json', async () => {
    box.write('.git-lode.yaml', 'remote: s3://ours');
    box.write('package.json', '{"git-lode": {"remote": "s3://theirs"}}');
    expect((await load()).remote?.url).toBe('s3://ours');
  });

  test.each(['{"name": "x"}', '{"devDependencies": {"git-lode": "1"}}', '{{{ torn by a merge', '[]', ''])(
    'a package.json that says nothing for us does not matter: %j',
    async (text) => {
      box.write('package.json', text);
      expect(await load()).toEqual({ remote: undefined, committed: [], file: undefined, warnings: [] });
    },
  );

  test('the version that is being checked out, before what the working tree still has', async () => {
    box.write('.git-lode.json', '{"remote": "s3://of-the-version"}');
    await box.git(['add', '--all']);
    await box.git(['commit', '-qm', 'configured']);
    fs.rmSync(box.path('.git-lode.json'));
    const repository = findRepository(box.dir, box.env);
    const { stdout } = await box.git(['rev-parse', 'HEAD']);
    expect((await load()).remote).toBeUndefined();
    expect(await loadSettings(repository, box.env, stdout.trim())).toMatchObject({
      file: '.git-lode.json',
      remote: { bucket: 'of-the-version' },
      committed: ['remote'],
    });
    expect((await loadSettings(repository, box.env, '-no-version')).remote).toBeUndefined();
    box.write('.git-lode.json', '{"remote": "s3://of-the-tree"}');
    expect((await loadSettings(repository, box.env, 'HEAD')).remote?.url).toBe('s3://of-the-version');
    expect((await loadSettings(repository, box.env, '-no-version')).remote?.url).toBe('s3://of-the-tree');
  });

  test("git's configuration of the user and of the repository, the nearer one first", async () => {
    box.write('.git-lode.json', '{"remote": "s3://bucket"}');
    await box.git(['config', '--global', 'lode.endpoint', 'http://localhost:1']);
    await box.git(['config', '--global', 'lode.region', 'eu-west-1']);
    await box.git(['config', 'lode.endpoint', 'http://localhost:2']);
    expect(await load()).toMatchObject({
      remote: { endpoint: 'http://localhost:2', region: 'eu-west-1' },
      committed: ['remote'],
    });
  });

  test('a key without a value is a switch that is on', async () => {
    fs.appendFileSync(box.path('.git/config'), '[lode]\n\tremote = s3://bucket\n\tpathStyle\n');
    expect((await load()).remote).toMatchObject({ pathStyle: true });
  });

  test('a folder below the top finds the file at the top, and no other', async () => {
    box.write('.git-lode.json', '{"remote": "data"}');
    box.write('sub/.git-lode.json', '{"remote": "elsewhere"}');
    expect((await load('sub')).remote).toMatchObject({ path: box.path('data') });
  });

  test('a bare repository has what its HEAD says', async () => {
    box.write('.git-lode.json', '{"remote": "s3://bucket"}');
    await box.git(['add', '.']);
    await box.git(['commit', '-qm', 'configured']);
    await box.git(['clone', '-q', '--bare', '.', 'bare.git']);
    expect((await load('bare.git')).remote?.url).toBe('s3://bucket');
  });

  test('an empty bare repository names nothing', async () => {
    await box.git(['init', '-q', '--bare', 'empty.git']);
    expect((await load('empty.git')).remote).toBeUndefined();
  });
});

describe('a hostile repository', () => {
  test('runs nothing by a configuration of cosmiconfig itself', async () => {
    const trap = `require('node:fs').writeFileSync(${JSON.stringify(box.path('ran'))}, '')`;
    box.write('.config/config.cjs', trap);
    box.write('.config/config.js', trap);
    box.write('.git-lode.js', trap);
    box.write('.git-lode.json', '{"remote": "s3://bucket", "$import": "./.config/config.cjs"}');
    const before = process.cwd();
    try {
      process.chdir(box.dir);
      expect((await load()).warnings).toEqual([expect.stringContaining('$import is not a setting')]);
    } finally {
      process.chdir(before);
    }
    expect(fs.existsSync(box.path('ran'))).toBe(false);
  });

  test('cannot make us read a file through a symbolic link', async () => {
    fs.writeFileSync(path.join(box.home, 'private.json'), '{"remote": "s3://bucket"}');
    fs.symlinkSync(path.join(box.home, 'private.json'), box.path('.git-lode.json'));
    await expect(load()).rejects.toMatchObject({ code: 'CONFIG_INVALID', subject: '.git-lode.json' });
  });

  test.skipIf(process.platform === 'win32')('cannot make us wait on a pipe', async () => {
    execFileSync('mkfifo', [box.path('.git-lode.yaml')]);
    await expect(load()).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
  });

  test('cannot make us read without end', async () => {
    box.write('.git-lode.yaml', `remote: s3://bucket\n#${'x'.repeat(70_000)}`);
    await expect(load()).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
  });

  test.each([
    ['.git-lode.json', '{"remote": hunter2'],
    ['.git-lode.yaml', 'remote: "hunter2'],
    ['package.json', '{"git-lode": hunter2'],
  ])('has its broken %s named and not quoted', async (name, text) => {
    box.write(name, text);
    const failure = await load().catch((error) => error);
    expect(failure).toMatchObject({ code: 'CONFIG_INVALID', subject: name });
    expect(failure.message).not.toContain('hunter2');
  });
});

describe('the remote that a command may use', () => {
  const remote = () => requireRemote(findRepository(box.dir, box.env), box.env);

  test('is asked for where there is none', async () => {
    await expect(remote()).rejects.toMatchObject({
      code: 'REMOTE_NOT_CONFIGURED',
      hint: expect.stringContaining('git lode install'),
    });
  });

  test('has to be accepted where a committed file names a folder', async () => {
    box.write('.git-lode.json', '{"remote": "/srv/data"}');
    await expect(remote()).rejects.toMatchObject({ code: 'REMOTE_NOT_ACCEPTED', subject: '/srv/data' });
  });

  test("is used where this machine's configuration names it", async () => {
    await box.git(['config', 'lode.remote', '../elsewhere']);
    expect(await remote()).toEqual({
      kind: 'directory',
      url: '../elsewhere',
      path: path.join(box.root, 'elsewhere'),
    });
  });
});
