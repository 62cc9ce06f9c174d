// Trees with names that differ in the case of letters alone. git without a filter is the oracle: on a file system that tells the two
// names apart both files are there, on another one of them is, and the working tree and status are as git alone has them.
import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  contentOf,
  type DataRepository,
  emptyRepository,
  installedSandbox,
} from '../../support/data-repository.ts';
import type { Sandbox } from '../../support/sandbox.ts';

let box: Sandbox;
/** A folder outside of any repository, which a link in a tree leads to. */
let outside: string;
let count = 0;

beforeAll(async () => {
  box = await installedSandbox();
  outside = path.join(box.root, 'outside');
  fs.mkdirSync(outside);
  await box.git(['config', '--global', 'lode.remote', path.join(box.root, 'data-remote')]);
  fs.mkdirSync(path.join(box.root, 'data-remote'));
});
afterAll(() => box.remove());

/** What a tree holds by a path: a file's content, or where a link leads to. */
type Planted = Readonly<Record<string, Buffer | string>>;

/** A pushed repository whose tree has these entries, whatever this file system thinks of their names. */
async function stranger(name: string, planted: Planted, attributes: string): Promise<string> {
  const repository = await emptyRepository(box, name, [], attributes);
  await repository.git(['add', '.gitattributes']);
  for (const [at, content] of Object.entries(planted)) {
    await repository.git(['update-index', '--add', '--cacheinfo', await entry(repository, at, content)]);
  }
  await repository.git(['commit', '-qm', 'names']);
  const bare = path.join(box.root, `${name}.git`);
  await box.git(['init', '-q', '--bare', bare]);
  await repository.git(['push', '-q', bare, 'HEAD:main']);
  return bare;
}

async function entry(repository: DataRepository, at: string, content: Buffer | string): Promise<string> {
  const file = typeof content !== 'string';
  const args = ['hash-object', '-w', '--stdin', ...(file ? ['--path=x.bin'] : ['--no-filters'])];
  const { stdout } = await repository.git(args, { input: content });
  return `${file ? 100644 : 120000},${stdout.trim()},${at}`;
}

/** Clones it, takes everything out of the index and back, and tells what there is and how git ended. */
async function cloned(bare: string, dir: string) {
  const clone = ['clone', '-q', '-b', 'main', '-c', 'core.ignoreCase=true', bare, dir];
  const first = { exitCode: await finished(clone, dir, box.dir), ...(await seen(dir)) };
  await box.git(['rm', '-q', '-r', '-f', '--cached', '.'], { cwd: dir });
  const second = { exitCode: await finished(['reset', '-q', '--hard'], dir, dir), ...(await seen(dir)) };
  return { first, second };
}

/** Where git dies on the way, the command that is named finishes what it has begun. */
async function finished(args: readonly string[], dir: string, cwd: string): Promise<number> {
  const { exitCode, stderr } = await box.git(args, { cwd, exitCode: 'any' });
  if (stderr.includes('to finish: git lode pull')) await box.git(['lode', 'pull', '-q'], { cwd: dir });
  return exitCode;
}

/** Every file with its content or link, and git's status. */
async function seen(dir: string) {
  const names = fs.readdirSync(dir, { recursive: true, encoding: 'utf8' });
  const files = names
    .filter((name) => name !== '.git' && !name.startsWith(`.git${path.sep}`) && name !== '.gitattributes')
    .filter((name) => !fs.lstatSync(path.join(dir, name)).isDirectory())
    .sort()
    .map((name) => [name, describeFile(path.join(dir, name))]);
  const { stdout } = await box.git(['status', '--porcelain'], { cwd: dir });
  return {
    files,
    status: stdout.split('\n').filter((line) => line !== '' && !line.endsWith('.gitattributes')),
  };
}

const describeFile = (file: string) =>
  fs.lstatSync(file).isSymbolicLink()
    ? `link to ${fs.readlinkSync(file)}`
    : fs.readFileSync(file).toString('hex', 0, 99);

const small = (version: number) => contentOf('small.bin', version);
const large = (version: number) => contentOf('large.bin', version);

const trees: readonly [string, () => Planted][] = [
  ['two small files', () => ({ 'A.bin': small(1), 'a.bin': small(2) })],
  ['two large files', () => ({ 'A.bin': large(1), 'a.bin': large(2) })],
  ['a large and a small file', () => ({ 'A.bin': large(1), 'a.bin': small(2) })],
  ['two files with one content', () => ({ 'A.bin': small(1), 'a.bin': small(1) })],
  ['two folders with a file each', () => ({ 'DIR/x.bin': small(1), 'dir/y.bin': small(2) })],
  ['two folders with the same file', () => ({ 'DIR/x.bin': small(1), 'dir/x.bin': large(2) })],
  ['a link and a file', () => ({ 'A.bin': path.join(outside, 'planted.bin'), 'a.bin': small(1) })],
  ['a file and a link', () => ({ 'A.bin': small(1), 'a.bin': path.join(outside, 'planted.bin') })],
  ['a folder and a link to a folder elsewhere', () => ({ 'D/x.bin': small(1), d: outside })],
  ['a link to a folder elsewhere and a folder', () => ({ D: outside, 'd/x.bin': large(1) })],
];

describe.concurrent('a tree with names that differ in case alone:', () => {
  it.each(trees)('%s come as by git alone, and nothing is written elsewhere', async (_, planted) => {
    const id = count++;
    const kept = await stranger(`kept-${id}`, planted(), '*.bin filter=lode -text -merge\n');
    const plain = await stranger(`plain-${id}`, planted(), '*.bin -text\n');
    const found = await cloned(kept, path.join(box.root, `clone-${id}`));
    expect(found).toEqual(await cloned(plain, path.join(box.root, `oracle-${id}`)));
    expect(fs.readdirSync(outside)).toEqual([]);
  });
});
