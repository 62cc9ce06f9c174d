// Places in which content must not be written, and repositories in which nothing must run, with real git.
import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parsePointer } from '../../../src/pointer.ts';
import {
  contentOf,
  type DataRepository,
  emptyRepository,
  installedSandbox,
} from '../../support/data-repository.ts';
import type { Sandbox } from '../../support/sandbox.ts';

let box: Sandbox;
let count = 0;

beforeAll(async () => {
  box = await installedSandbox();
  fs.mkdirSync(path.join(box.root, 'data-remote'));
  await box.git(['config', '--global', 'lode.remote', path.join(box.root, 'data-remote')]);
});
afterAll(() => box.remove());

const folder = (name: string) => path.join(box.root, `${name}-${count++}`);

/** A repository of a stranger's with one pushed object, `small.bin`, and where it is pushed to. */
async function stranger(
  attributes = '*.bin filter=lode -text\n',
): Promise<{ author: DataRepository; bare: string }> {
  const bare = folder('bare');
  const author = await emptyRepository(box, `stranger-${count++}`, [], attributes);
  await box.git(['init', '-q', '--bare', bare]);
  await author.commit({ 'small.bin': 1 }, 'v1');
  return { author, bare };
}

/** Puts an entry into the index as no ordinary git would: `mode` 120000 is a link to `content`. */
async function plant(
  author: DataRepository,
  name: string,
  mode: string,
  content: string | Buffer,
): Promise<void> {
  const { stdout } = await author.git(['hash-object', '-w', '--stdin', '--no-filters'], { input: content });
  await author.git(['update-index', '--add', '--cacheinfo', `${mode},${stdout.trim()},${name}`]);
}

async function pointerOfSmall(author: DataRepository): Promise<Buffer> {
  return (await author.git(['cat-file', 'blob', 'HEAD:small.bin'])).bytes;
}

describe('a tree', () => {
  it('that has a link where a later commit has a folder writes nothing where the link led', async () => {
    const { author, bare } = await stranger();
    const outside = folder('outside');
    fs.mkdirSync(outside);
    const pointer = await pointerOfSmall(author);
    fs.writeFileSync(path.join(outside, 'x.bin'), pointer);
    await plant(author, 'sub', '120000', outside);
    await author.git(['commit', '-qm', 'a link']);
    await author.git(['rm', '-q', '--cached', 'sub']);
    await plant(author, 'sub/x.bin', '100644', pointer);
    await author.git(['commit', '-qm', 'a folder']);
    await author.git(['push', '-q', bare, 'HEAD:main', 'HEAD~1:refs/heads/link']);
    const dir = folder('clone');
    await box.git(['clone', '-q', '-b', 'link', bare, dir]);
    expect(fs.readlinkSync(path.join(dir, 'sub'))).toBe(outside);
    await box.git(['lode', 'pull'], { cwd: dir });
    await box.git(['checkout', '-q', 'main'], { cwd: dir });
    expect(fs.readFileSync(path.join(dir, 'sub/x.bin')).equals(contentOf('small.bin', 1))).toBe(true);
    await box.git(['checkout', '-q', 'link'], { cwd: dir });
    await box.git(['lode', 'pull'], { cwd: dir });
    // The file outside holds exactly the pointer, as if it were waiting for its content.
    expect(fs.readFileSync(path.join(outside, 'x.bin')).equals(pointer)).toBe(true);
  });

  it('whose folder has become a link, while content was waited for, writes nothing where that leads', async () => {
    const { author, bare } = await stranger();
    await author.commit({ 'sub/small.bin': 1 }, 'deep');
    await author.git(['push', '-q', bare, 'HEAD:main']);
    const dir = folder('clone');
    const away = ['-c', `lode.remote=${folder('not-there')}`];
    await box.git([...away, 'clone', '-q', '-b', 'main', bare, dir]);
    const outside = folder('outside');
    fs.renameSync(path.join(dir, 'sub'), outside);
    fs.symlinkSync(outside, path.join(dir, 'sub'));
    const pointer = fs.readFileSync(path.join(outside, 'small.bin'));
    expect(parsePointer(pointer)).toBeDefined();
    await box.git(['lode', 'pull'], { cwd: dir, exitCode: 'any' });
    expect(fs.readFileSync(path.join(dir, 'small.bin')).equals(contentOf('small.bin', 1))).toBe(true);
    expect(fs.readFileSync(path.join(outside, 'small.bin')).equals(pointer)).toBe(true);
  });

  it('whose pointer has become a link to a file elsewhere leaves that file', async () => {
    const { author, bare } = await stranger();
    const victim = folder('victim');
    const pointer = await pointerOfSmall(author);
    fs.writeFileSync(victim, pointer);
    await plant(author, 'link.bin', '120000', victim);
    await author.git(['commit', '-qm', 'a link']);
    await author.git(['push', '-q', bare, 'HEAD:main']);
    const dir = folder('clone');
    await box.git(['clone', '-q', '-b', 'main', bare, dir]);
    await box.git(['lode', 'pull'], { cwd: dir });
    expect(fs.readFileSync(path.join(dir, 'small.bin')).equals(contentOf('small.bin', 1))).toBe(true);
    expect(fs.readlinkSync(path.join(dir, 'link.bin'))).toBe(victim);
    expect(fs.readFileSync(victim).equals(pointer)).toBe(true);
  });

  it.each([
    'GIT~1/hooks/post-checkout',
    'git~2/config',
    'sub/.git /config',
    '.git::$INDEX_ALLOCATION/config',
  ])('with %j, where git lets that pass, gets no content there', async (name) => {
    const { author, bare } = await stranger('* filter=lode -text\n.gitattributes !filter\n');
    const pass = ['-c', 'core.protectNTFS=false', '-c', 'core.protectHFS=false'];
    const { stdout } = await author.git(['rev-parse', 'HEAD:small.bin']);
    await author.git([...pass, 'update-index', '--add', '--cacheinfo', `100644,${stdout.trim()},${name}`]);
    await author.git([...pass, 'commit', '-qm', 'a name']);
    await author.git(['push', '-q', bare, 'HEAD:main']);
    const dir = folder('clone');
    await box.git([...pass, 'clone', '-q', '-b', 'main', '-c', 'core.protectNTFS=false', bare, dir]);
    await box.git([...pass, 'lode', 'pull'], { cwd: dir, exitCode: 'any' });
    expect(fs.readFileSync(path.join(dir, 'small.bin')).equals(contentOf('small.bin', 1))).toBe(true);
    expect(parsePointer(fs.readFileSync(path.join(dir, name)))).toBeDefined();
  });
});

describe('a working tree whose name ends in a carriage return', () => {
  it('gets its content where git puts the other files, and not in the folder of the name without it', async () => {
    const { author } = await stranger();
    const names = ['tree', 'tree\r'];
    for (const name of names) fs.mkdirSync(path.join(author.dir, name));
    await author.git(['config', 'core.worktree', '../tree\r']);
    await author.git(['checkout', '-q', '-f', 'HEAD']);
    const has = (file: string) => names.filter((name) => fs.existsSync(path.join(author.dir, name, file)));
    expect(has('small.bin')).toEqual(has('.gitattributes'));
    const [tree] = has('small.bin');
    const content = fs.readFileSync(path.join(author.dir, tree!, 'small.bin'));
    expect(content.equals(contentOf('small.bin', 1))).toBe(true);
  });
});

describe('a bare repository', () => {
  it('has nothing written beside it or at the top of the file system', async () => {
    const { author, bare } = await stranger();
    await author.git(['push', '-q', bare, 'HEAD:main']);
    const listed = fs.readdirSync(bare).sort();
    const top = fs.readdirSync('/').sort();
    for (const command of ['pull', 'fetch', 'status', 'push']) {
      await box.git(['lode', command], { cwd: bare, exitCode: 'any' });
      await box.git(['lode', command], { cwd: box.dir, env: { GIT_DIR: bare }, exitCode: 'any' });
    }
    const found = fs.readdirSync(bare).filter((name) => name !== 'lode');
    expect(found.sort()).toEqual(listed.filter((name) => name !== 'lode'));
    expect(fs.readdirSync(box.dir)).toEqual([]);
    expect(fs.readdirSync('/').sort()).toEqual(top);
  });
});

describe("a repository of another user's", () => {
  /** As git's own tests say it: every folder belongs to somebody else. */
  const env = { GIT_TEST_ASSUME_DIFFERENT_OWNER: '1' };

  it('runs nothing that its configuration names, sends nothing, and is not written to', async () => {
    const { author } = await stranger();
    const remote = folder('their-remote');
    fs.mkdirSync(remote);
    const ran = folder('ran');
    const trap = `touch '${ran}'`;
    const settings = {
      'core.fsmonitor': trap,
      'core.sshCommand': trap,
      'core.hooksPath': author.file('hooks'),
      'filter.lode.process': trap,
      'filter.lode.clean': trap,
      'filter.lode.smudge': trap,
      'lode.remote': remote,
    };
    author.write('tiny.bin', 1);
    await author.git(['add', '.']);
    for (const [key, value] of Object.entries(settings)) await author.git(['config', key, value]);
    for (const hook of ['pre-push', 'post-checkout', 'post-merge', 'pre-commit']) {
      fs.mkdirSync(author.file('hooks'), { recursive: true });
      fs.writeFileSync(author.file(`hooks/${hook}`), `#!/bin/sh\n${trap}\n`, { mode: 0o755 });
    }
    const before = listing(author.dir);
    const commands = [
      'status',
      'pull',
      'fetch',
      'push',
      'du',
      'doctor',
      'install',
      'track',
      'uninstall',
      'cat',
    ];
    const more: Record<string, string[]> = { track: ['*.x'], cat: ['HEAD:small.bin'] };
    for (const command of commands) {
      const args = [command, ...(more[command] ?? [])];
      await box.lode(args, { cwd: author.dir, env, exitCode: 'any' });
    }
    expect(fs.existsSync(ran)).toBe(false);
    expect(fs.readdirSync(remote)).toEqual([]);
    expect(listing(author.dir)).toEqual(before);
  });
});

/** Every file with its time and size. */
function listing(dir: string): string[] {
  return fs
    .readdirSync(dir, { recursive: true, encoding: 'utf8' })
    .sort()
    .map((name) => {
      const { size, mtimeMs } = fs.lstatSync(path.join(dir, name));
      return `${name} ${size} ${mtimeMs}`;
    });
}
