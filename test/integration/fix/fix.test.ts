import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { formatPointer } from '../../../src/pointer.ts';
import { commitContent, everything, leavePointers, plainGit, putContent } from '../../support/accidents.ts';
import {
  contentOf,
  type DataRepository,
  emptyRepository,
  installedSandbox,
  oidOf,
} from '../../support/data-repository.ts';
import { MAIN, writeHistory } from '../../support/history.ts';
import type { RunOptions, Sandbox } from '../../support/sandbox.ts';

let box: Sandbox;
let template: DataRepository;
let count = 0;

beforeAll(async () => {
  box = await installedSandbox();
  template = await emptyRepository(box, 'template');
  await writeHistory(template);
});
afterAll(() => box.remove());

const fresh = () => template.copy(path.join(box.root, `copy-${count++}`));
const fix = (repository: DataRepository, args: readonly string[] = [], options: RunOptions = {}) =>
  box.lode(['fix', ...args], { cwd: repository.dir, ...options });
const head = async (repository: DataRepository) => (await repository.git(['rev-parse', 'HEAD'])).stdout;
const lines = async (repository: DataRepository) => (await repository.status()).lines;

async function listed(repository: DataRepository, args: readonly string[] = []) {
  const { stdout } = await fix(repository, ['--dry-run', '--json', ...args], { exitCode: 'any' });
  const { accidents } = JSON.parse(stdout) as { accidents: { kind: string; path: string; size: number }[] };
  return accidents.map(({ kind, path: name, size }) => `${kind} ${name} ${size}`).sort();
}

/** A pointer stands in git's index for this version of the file, and its content is here. */
async function expectStaged(repository: DataRepository, name: string, version: number): Promise<void> {
  const { bytes } = await repository.git(['cat-file', 'blob', `:${name}`]);
  const size = contentOf(name, version).length;
  expect(bytes.toString()).toBe(formatPointer({ oid: oidOf(name, version), size }).toString());
  await repository.git(['checkout-index', '-q', '--temp', '--', name]).then(({ stdout }) => {
    const [temporary = ''] = stdout.split('\t');
    expect(fs.readFileSync(repository.file(temporary)).equals(contentOf(name, version))).toBe(true);
    repository.remove(temporary);
  });
}

describe.concurrent('content that was committed where a pointer belongs', () => {
  it('is replaced by its pointer in the index; files and commits stay, and the person commits', async () => {
    const repository = await fresh();
    await commitContent(repository, { 'tiny.bin': 5, 'small.bin': 5, 'large.bin': 5, 'new.bin': 5 });
    const before = await head(repository);
    const { stdout, stderr } = await fix(repository);
    expect(stdout).toContain('its pointer is staged:\n\tlarge.bin (1.30 MB)\n\tnew.bin (5.00 kB)\n');
    expect(stderr).toContain('4 pointers staged; earlier commits stay as they are\n');
    expect(stderr).toContain('git commit');
    expect(await head(repository)).toBe(before);
    await repository.expectFiles({ 'tiny.bin': 5, 'small.bin': 5, 'large.bin': 5, 'new.bin': 5 });
    expect(await lines(repository)).toEqual(['M  large.bin', 'M  new.bin', 'M  small.bin', 'M  tiny.bin']);
    for (const name of ['tiny.bin', 'small.bin', 'large.bin', 'new.bin'])
      await expectStaged(repository, name, 5);
    await repository.git(['commit', '-qm', 'pointers']);
    expect(await lines(repository)).toEqual([]);
    expect(await repository.pointersOf('HEAD')).toMatchObject({ 'large.bin': oidOf('large.bin', 5) });
    expect((await fix(repository)).stderr).toContain('nothing to mend');
  });

  it('is staged as it was staged, whatever has become of the file since', async () => {
    const repository = await fresh();
    for (const name of ['small.bin', 'large.bin', 'tiny.bin']) repository.write(name, 6);
    await plainGit(repository, ['add', '.']);
    repository.write('small.bin', 7);
    repository.remove('large.bin');
    await fix(repository);
    await repository.expectFiles({ 'small.bin': 7, 'large.bin': 'absent', 'tiny.bin': 6 });
    expect(await lines(repository)).toEqual(['MD large.bin', 'MM small.bin', 'M  tiny.bin']);
    for (const name of ['small.bin', 'large.bin', 'tiny.bin']) await expectStaged(repository, name, 6);
  });

  it('is left where git itself has to read it, whatever the attributes say', async () => {
    const repository = await emptyRepository(box, `own-${count++}`, [], '* filter=lode -text -merge\n');
    fs.writeFileSync(repository.file('.gitignore'), '*.tmp\n');
    await commitContent(repository, { 'small.bin': 1 });
    expect(await listed(repository)).toEqual(['content-in-index small.bin 300']);
    await fix(repository);
    expect((await repository.git(['show', ':.gitignore'])).stdout).toBe('*.tmp\n');
  });

  it('is a pointer with other line ends, too, which becomes git-lode’s own', async () => {
    const repository = await fresh();
    const pointer = formatPointer({ oid: oidOf('small.bin', 2), size: 300 }).toString();
    fs.writeFileSync(repository.file('small.bin'), pointer.replaceAll('\n', '\r\n'));
    await plainGit(repository, ['-c', 'core.autocrlf=false', 'commit', '-qam', 'CRLF']);
    await fix(repository);
    expect((await repository.git(['show', ':small.bin'])).stdout).toBe(pointer);
    await repository.expectFiles(MAIN);
    expect(await lines(repository)).toEqual(['M  small.bin']);
  });

  it('is not a pointer of git-lfs, which is left, and said', async () => {
    const repository = await fresh();
    const lfs = `version https://git-lfs.github.com/spec/v1\noid sha256:${'ab'.repeat(32)}\nsize 12345\n`;
    fs.writeFileSync(repository.file('small.bin'), lfs);
    await plainGit(repository, ['commit', '-qam', 'lfs']);
    expect((await fix(repository, [], { exitCode: 1 })).stdout).toContain('left');
    expect((await repository.git(['show', ':small.bin'])).stdout).toBe(lfs);
    expect(fs.readFileSync(repository.file('small.bin'), 'utf8')).toBe(lfs);
  });
});

describe.concurrent('files that a git without the filter left as pointers', () => {
  it('get their content, and git need not look at them again', async () => {
    const repository = await fresh();
    await leavePointers(repository, ['tiny.bin', 'small.bin', 'large.bin']);
    expect((await fix(repository)).stderr).toContain('3 files put in place');
    await repository.expectFiles(MAIN);
    expect(await repository.status()).toEqual({ lines: [], cleaned: false });
  });

  it('keep what a person has written into them', async () => {
    const repository = await fresh();
    await leavePointers(repository, ['small.bin', 'large.bin']);
    fs.appendFileSync(repository.file('small.bin'), 'a note\n');
    fs.writeFileSync(repository.file('large.bin'), 'mine');
    expect((await fix(repository)).stderr).toContain('nothing to mend');
    expect(fs.readFileSync(repository.file('small.bin'), 'utf8')).toMatch(/^git-lode 1.*a note\n$/s);
    expect(fs.readFileSync(repository.file('large.bin'), 'utf8')).toBe('mine');
    expect(await lines(repository)).toEqual([' M large.bin', ' M small.bin']);
  });

  it('get the content of the version whose pointer they are; what is staged stays', async () => {
    const repository = await fresh();
    fs.writeFileSync(repository.file('small.bin'), (await repository.git(['show', 'v1:small.bin'])).bytes);
    expect(await lines(repository)).toEqual([' M small.bin']);
    expect((await fix(repository)).stdout).toContain('pointer of another version');
    await repository.expectFiles({ ...MAIN, 'small.bin': 1 });
    expect(await lines(repository)).toEqual([' M small.bin']);
    await expectStaged(repository, 'small.bin', 2);
  });

  it('get their content where git has given the pointers other line ends', async () => {
    const repository = await emptyRepository(box, `crlf-${count++}`, [], '*.bin filter=lode\n');
    await repository.git(['config', 'core.autocrlf', 'true']);
    await repository.commit({ 'tiny.bin': 1, 'small.bin': 1, 'large.bin': 1 }, 'v1');
    await leavePointers(repository, ['tiny.bin', 'small.bin', 'large.bin']);
    expect(fs.readFileSync(repository.file('small.bin'), 'utf8')).toContain('\r\n');
    // Never in place: a kill there would leave what no journal describes.
    await fix(repository, [], { env: { GIT_LODE_FAULT_AT: 'tail-written' } });
    await repository.expectFiles({ 'tiny.bin': 1, 'small.bin': 1, 'large.bin': 1 });
    expect(await lines(repository)).toEqual([]);
  });

  it('stay pointers where their content is nowhere, which is said', async () => {
    const repository = await fresh();
    await leavePointers(repository, ['small.bin']);
    fs.rmSync(repository.file('.git/lode/objects-1'), { recursive: true });
    const { stderr } = await fix(repository, [], { exitCode: 26 });
    expect(stderr).toContain('1 file is still a pointer');
  });

  it.each(['fix', 'pull'])('are finished after git lode %s was killed over one of them', async (command) => {
    const repository = await fresh();
    await leavePointers(repository, ['small.bin']);
    const run = (options: RunOptions = {}) => box.lode([command], { cwd: repository.dir, ...options });
    await run({ env: { GIT_LODE_FAULT_AT: 'tail-written' }, exitCode: 'any' });
    expect(repository.look(['small.bin'])).toEqual({ 'small.bin': '300 other bytes' });
    const { stdout } = await fix(repository, ['--dry-run'], { exitCode: 1 });
    expect(stdout).toContain('1 file to look at');
    await run();
    await repository.expectFiles(MAIN);
    expect(await lines(repository)).toEqual([]);
  });

  it('wait where another command is at it', async () => {
    const repository = await fresh();
    await leavePointers(repository, ['small.bin']);
    // Of another machine: nobody here can tell whether it lives.
    fs.mkdirSync(repository.file('.git/lode'), { recursive: true });
    fs.writeFileSync(repository.file('.git/lode/drain.lock'), '1.1.00000000.00000000');
    const { stdout } = await fix(repository, ['--json'], { exitCode: 26 });
    expect(JSON.parse(stdout).left).toEqual([{ path: 'small.bin', reason: 'locked' }]);
    expect(repository.look(['small.bin'])).toEqual({ 'small.bin': 'a pointer' });
  });

  it('are left where the way to them has become a link', async () => {
    const repository = await fresh();
    await repository.git(['checkout', '-q', '--detach', 'side']);
    await leavePointers(repository, ['sub/deep.bin']);
    const outside = `${repository.dir}-outside`;
    fs.renameSync(repository.file('sub'), outside);
    fs.symlinkSync(outside, repository.file('sub'));
    const before = fs.readFileSync(path.join(outside, 'deep.bin'));
    await fix(repository);
    expect(fs.readFileSync(path.join(outside, 'deep.bin')).equals(before)).toBe(true);
  });
});

describe.concurrent('files that are whole and have the size of a pointer in the index', () => {
  it('are unmodified again', async () => {
    const repository = await fresh();
    await putContent(repository, { 'small.bin': 2, 'large.bin': 2 });
    expect(await lines(repository)).toEqual([' M large.bin', ' M small.bin']);
    expect(await listed(repository)).toEqual([
      'size-in-index large.bin 1300000',
      'size-in-index small.bin 300',
    ]);
    expect((await fix(repository)).stderr).toContain('2 files compared by git');
    expect(await repository.status()).toEqual({ lines: [], cleaned: false });
  });

  it('stay modified where they are, be it by one byte', async () => {
    const repository = await fresh();
    await putContent(repository, { 'small.bin': 2, 'large.bin': 9 });
    const bytes = contentOf('small.bin', 2);
    const edited = Buffer.from(bytes);
    edited[150]! ^= 1;
    fs.writeFileSync(repository.file('small.bin'), edited);
    expect((await fix(repository)).stderr).toContain('nothing to mend');
    expect(fs.readFileSync(repository.file('small.bin')).equals(edited)).toBe(true);
    expect(await lines(repository)).toEqual([' M large.bin', ' M small.bin']);
  });
});

describe.concurrent('fix', () => {
  /** One of each accident. */
  async function accidents(repository: DataRepository): Promise<void> {
    await commitContent(repository, { 'raw.bin': 1 });
    await putContent(repository, { 'small.bin': 2 });
    await leavePointers(repository, ['large.bin']);
  }
  const FOUND = [
    'content-in-index raw.bin 5000',
    'pointer-in-tree large.bin 1300000',
    'size-in-index small.bin 300',
  ];

  it('says first what it would do, changing nothing, and then does it', async () => {
    const repository = await fresh();
    await accidents(repository);
    const before = everything(repository);
    const { stdout, stderr } = await fix(repository, ['--dry-run'], { exitCode: 1 });
    for (const name of ['raw.bin', 'small.bin', 'large.bin']) expect(stdout).toContain(`\t${name} (`);
    expect(stderr).toContain('to mend: git lode fix');
    expect(await listed(repository)).toEqual(FOUND);
    expect(everything(repository)).toEqual(before);
    const done = JSON.parse((await fix(repository, ['--json'])).stdout);
    expect(done).toMatchObject({ dryRun: false, staged: 1, compared: 1, materialised: 1, left: [] });
    await repository.expectFiles({ ...MAIN, 'raw.bin': 1 });
    expect(await repository.status()).toEqual({ lines: ['M  raw.bin'], cleaned: false });
  });

  it('says one line where nothing is wrong, and none if it is to be quiet', async () => {
    const repository = await fresh();
    const before = everything(repository);
    expect(await fix(repository)).toMatchObject({ stdout: '', stderr: 'git-lode: nothing to mend\n' });
    expect(await fix(repository, ['--quiet'])).toMatchObject({ stdout: '', stderr: '' });
    expect(everything(repository)).toEqual(before);
  });

  it('is quiet about what it does, if it is to be', async () => {
    const repository = await fresh();
    await accidents(repository);
    expect(await fix(repository, ['--quiet'])).toMatchObject({ stdout: '', stderr: '' });
    expect(await listed(repository)).toEqual([]);
  });

  it('does nothing beside another git that holds the index, and names what to do', async () => {
    const repository = await fresh();
    await accidents(repository);
    fs.writeFileSync(repository.file('.git/index.lock'), '');
    const before = everything(repository);
    const { stdout } = await fix(repository, ['--json'], { exitCode: 25 });
    expect(JSON.parse(stdout).error).toMatchObject({
      code: 'INDEX_LOCKED',
      subject: repository.file('.git/index.lock'),
      hint: expect.stringContaining('git lode fix'),
    });
    expect(everything(repository)).toEqual(before);
    fs.rmSync(repository.file('.git/index.lock'));
    await fix(repository);
    expect(await lines(repository)).toEqual(['M  raw.bin']);
  });

  it('is finished by the next one, if it is killed while it holds the index', async () => {
    const repository = await fresh();
    await accidents(repository);
    await fix(repository, [], { env: { GIT_LODE_FAULT_AT: 'index-written' }, exitCode: 'any' });
    expect(fs.existsSync(repository.file('.git/index.lock'))).toBe(true);
    await fix(repository);
    await repository.expectFiles({ ...MAIN, 'raw.bin': 1 });
    expect(await lines(repository)).toEqual(['M  raw.bin']);
    const left = fs.readdirSync(repository.file('.git'), { recursive: true }).map(String);
    expect(left.filter((name) => /journal.|\.lock|\.lode-/.test(name))).toEqual([]);
  });

  it('mends only what a pathspec names, from a subfolder too', async () => {
    const repository = await fresh();
    await commitContent(repository, { 'sub/raw.bin': 1, 'sub/deep/raw.bin': 2, 'raw.bin': 3 });
    const cwd = repository.file('sub');
    const found = await box.lode(['fix', '-n', '--json', '--', 'deep'], { cwd, exitCode: 1 });
    expect(JSON.parse(found.stdout).accidents).toMatchObject([{ path: 'sub/deep/raw.bin' }]);
    await box.lode(['fix', '-q', '--', ':(top,glob)*.bin', '*/raw.bin'], { cwd });
    expect(await lines(repository)).toEqual(['M  raw.bin', 'M  sub/deep/raw.bin']);
    await box.lode(['fix', '-q'], { cwd });
    expect(await lines(repository)).toHaveLength(3);
    const { stderr } = await box.lode(['fix', '--', 'nothing'], { cwd, exitCode: 4 });
    expect(stderr).toContain("'nothing'");
  });

  it('knows paths of any bytes', async () => {
    const repository = await fresh();
    const names = ['größe.bin', ' a"b\n\tc.bin', '-n.bin', 'a\\b.bin'];
    await commitContent(repository, Object.fromEntries(names.map((name) => [name, 1])));
    const odd = Buffer.concat([Buffer.from(`${repository.dir}/`), Buffer.from('\xff\xfe.bin', 'latin1')]);
    if (process.platform === 'linux') {
      fs.writeFileSync(odd, contentOf('odd.bin', 1));
      await plainGit(repository, ['add', '.']);
      await plainGit(repository, ['commit', '-qm', 'odd']);
    }
    await fix(repository);
    const { stdout } = await repository.git(['diff', '--cached', '--name-only', '-z']);
    expect(stdout.split('\0').filter((name) => name !== '')).toHaveLength(
      process.platform === 'linux' ? 5 : 4,
    );
    expect(await listed(repository)).toEqual([]);
    expect((await repository.git(['diff', '--name-only'])).stdout).toBe('');
  });

  it('leaves what git was told not to look at', async () => {
    const repository = await fresh();
    await accidents(repository);
    await repository.git(['update-index', '--skip-worktree', 'large.bin', 'small.bin']);
    await repository.git(['update-index', '--assume-unchanged', 'raw.bin']);
    expect((await fix(repository)).stderr).toContain('nothing to mend');
  });

  it('leaves conflicts', async () => {
    const repository = await fresh();
    await repository.git(['merge', '-q', 'clash'], { exitCode: 1 });
    const before = (await repository.git(['ls-files', '-s'])).stdout;
    expect((await fix(repository)).stderr).toContain('nothing to mend');
    expect((await repository.git(['ls-files', '-s'])).stdout).toBe(before);
  });

  it('does not overwrite what somebody stages while it works', async () => {
    const repository = await fresh();
    await commitContent(repository, { 'small.bin': 5 });
    fs.writeFileSync(repository.file('../six'), contentOf('small.bin', 6));
    const PATH = beforeGit('fast-import', 'cp ../six small.bin && git add small.bin');
    const { stderr } = await fix(repository, [], { env: { PATH }, exitCode: 26 });
    expect(stderr).toContain('staged by somebody else meanwhile');
    await expectStaged(repository, 'small.bin', 6);
    expect(await lines(repository)).toEqual(['M  small.bin']);
  });

  it('says that a bare repository has no working tree', async () => {
    await box.git(['init', '-q', '--bare', path.join(box.root, 'bare.git')]);
    const cwd = path.join(box.root, 'bare.git');
    expect((await box.lode(['fix'], { cwd, exitCode: 2 })).stderr).toContain('no working tree');
  });

  it('refuses where the filter is not set up: git would take it all for modified', async () => {
    const repository = await fresh();
    await accidents(repository);
    const env = { HOME: repository.file('..'), XDG_CONFIG_HOME: repository.file('..') };
    const before = everything(repository);
    const { stderr } = await fix(repository, [], { env, exitCode: 5 });
    expect(stderr).toContain('git lode install');
    expect(everything(repository)).toEqual(before);
  });

  it('does nothing before the first commit, and in an empty repository', async () => {
    const repository = await emptyRepository(box, `empty-${count++}`);
    expect((await fix(repository)).stderr).toContain('nothing to mend');
    repository.write('small.bin', 1);
    await plainGit(repository, ['add', '.']);
    await fix(repository);
    expect(await lines(repository)).toEqual(['A  .gitattributes', 'A  small.bin']);
    await expectStaged(repository, 'small.bin', 1);
  });
});

/** A PATH on which git runs a script in the same folder before one of its commands. */
function beforeGit(command: string, script: string): string {
  const folder = path.join(box.root, `git-${count++}`);
  fs.mkdirSync(folder);
  fs.writeFileSync(
    path.join(folder, 'git'),
    `#!/bin/sh\nPATH='${box.env.PATH}'\n[ "$1" != ${command} ] || { ${script}; } || exit\nexec git "$@"\n`,
    { mode: 0o755 },
  );
  return `${folder}${path.delimiter}${box.env.PATH}`;
}
