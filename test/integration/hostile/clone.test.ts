import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { formatPointer } from '../../../src/pointer.ts';
import {
  contentOf,
  type DataRepository,
  emptyRepository,
  installedSandbox,
  oidOf,
} from '../../support/data-repository.ts';
import { FIRST } from '../../support/history.ts';
import type { Sandbox } from '../../support/sandbox.ts';

let box: Sandbox;
let count = 0;

beforeAll(async () => {
  box = await installedSandbox();
  await box.git(['config', '--global', 'lode.remote', path.join(box.root, 'data-remote')]);
});
afterAll(() => box.remove());

/** A repository of a stranger's, to be cloned. */
const stranger = () => emptyRepository(box, `stranger-${count++}`);

/** Commits a blob as it is, which an author can do who does not use the filter. */
async function plant(repository: DataRepository, name: string, bytes: Buffer): Promise<void> {
  const { stdout } = await repository.git(['hash-object', '-w', '--stdin'], { input: bytes });
  await repository.git(['update-index', '--add', '--cacheinfo', `100644,${stdout.trim()},${name}`]);
}

async function cloned(repository: DataRepository) {
  const dir = `${repository.dir}-clone`;
  const { stderr } = await box.git(['clone', '-q', repository.dir, dir]);
  return { dir, stderr };
}

describe('a cloned repository', () => {
  it('cannot make us allocate what its pointers claim', async () => {
    const repository = await stranger();
    const pointer = formatPointer({ oid: '1'.repeat(64), size: Number.MAX_SAFE_INTEGER });
    await plant(repository, 'huge.bin', pointer);
    await repository.git(['add', '.gitattributes']);
    await repository.git(['commit', '-qm', 'huge']);
    const { dir, stderr } = await cloned(repository);
    expect(fs.readFileSync(path.join(dir, 'huge.bin')).equals(pointer)).toBe(true);
    expect(stderr).toContain('huge.bin');
    expect((await box.git(['status', '--porcelain'], { cwd: dir })).stdout).toBe('');
  });

  it('cannot print terminal escapes through the name of a file that cannot be had', async () => {
    const repository = await stranger();
    await plant(repository, 'a\x1b]0;title\x07\x1b[2J.bin', formatPointer({ oid: '2'.repeat(64), size: 5 }));
    await repository.git(['add', '.gitattributes']);
    await repository.git(['commit', '-qm', 'escapes']);
    const { stderr } = await cloned(repository);
    expect(stderr).toContain('\\x1b]0;title');
    expect(stderr).not.toMatch(/[\x07\x1b]/);
  });

  it('cannot have its own git, node or sh run', async () => {
    const repository = await stranger();
    const ran = path.join(box.root, 'planted-ran');
    for (const name of ['git', 'node', 'sh', 'git-lode', 'node_modules/.bin/node']) {
      fs.mkdirSync(path.dirname(repository.file(name)), { recursive: true });
      fs.writeFileSync(repository.file(name), `#!/bin/sh\necho ran >>'${ran}'\n`, { mode: 0o755 });
    }
    await repository.commit(FIRST, 'v1');
    await repository.git(['push', '-q', await bare(), 'HEAD:main']);
    const { dir } = await cloned(repository);
    expect(fs.readFileSync(path.join(dir, 'small.bin')).equals(contentOf('small.bin', 1))).toBe(true);
    await box.git(['status'], { cwd: dir });
    expect(fs.existsSync(ran)).toBe(false);
  });
});

async function bare(): Promise<string> {
  const dir = path.join(box.root, `bare-${count++}`);
  await box.git(['init', '-q', '--bare', dir]);
  return dir;
}

// What else a remote may answer, and in which places, is in test/unit/remote/fetch-hostile.test.ts.
describe('a remote that answers with', () => {
  it.each<[string, (packs: readonly string[]) => void]>([
    ['a page of a captive portal', overwrite],
    ["a valid pack under another's name", rotate],
  ])('%s puts nothing wrong in place, and is named', async (_, attack) => {
    const repository = await stranger();
    const remote = path.join(box.root, `remote-${count++}`);
    const env = { GIT_CONFIG_COUNT: '1', GIT_CONFIG_KEY_0: 'lode.remote', GIT_CONFIG_VALUE_0: remote };
    const to = await bare();
    // One push each, for packs of their own.
    for (const name of ['large.bin', 'small.bin']) {
      await repository.commit({ [name]: 1 }, name);
      await repository.git(['push', '-q', to, 'HEAD:main'], { env });
    }
    const packs = fs.readdirSync(path.join(remote, 'packs')).map((name) => path.join(remote, 'packs', name));
    expect(packs.length).toBe(2);
    attack(packs);
    const dir = path.join(box.root, `victim-${count++}`);
    const { stderr } = await box.git(['clone', '-q', to, dir, '-b', 'main'], { env });
    for (const name of ['large.bin', 'small.bin']) {
      const pointer = formatPointer({ oid: oidOf(name, 1), size: contentOf(name, 1).length });
      expect(fs.readFileSync(path.join(dir, name)).equals(pointer), name).toBe(true);
      expect(stderr).toContain(name);
    }
    expect((await box.git(['status', '--porcelain'], { cwd: dir })).stdout).toBe('');
  });
});

function overwrite(files: readonly string[]): void {
  for (const file of files)
    rewrite(file, Buffer.from('<!doctype html><title>Sign in to this network</title>'));
}

/** Each file gets the content of the next. */
function rotate(files: readonly string[]): void {
  const contents = files.map((file) => fs.readFileSync(file));
  files.forEach((file, i) => {
    rewrite(file, contents[(i + 1) % files.length]!);
  });
}

function rewrite(file: string, bytes: Uint8Array): void {
  fs.rmSync(file);
  fs.writeFileSync(file, bytes);
}
