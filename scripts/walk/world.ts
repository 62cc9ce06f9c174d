import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { parsePointer } from '../../src/pointer.ts';
import type { Workplace } from '../support/workplace.ts';

export type CloneName = 'a' | 'b';

/** A bare repository and two clones of it, with git-lode or without. */
export interface World {
  readonly name: 'git-lode' | 'plain git';
  /** The folder of a clone. */
  folder(clone: CloneName): string;
  /** Runs git in a clone, as of the `step`th moment; gives the exit code, and what it said. */
  git(clone: CloneName, step: number, args: readonly string[]): Outcome;
  /** Every entry of git's index, and the SHA-256 of the content that its blob is or stands for. */
  index(clone: CloneName): string[];
}

export interface Outcome {
  readonly exitCode: number;
  readonly said: string;
}

/**
 * What both worlds agree on, so that they can be compared: contents are never merged line by line, which a pointer cannot be (and the
 * marks of such a merge name commits, which are called otherwise in each world), and a rename counts only if git is told of it, since
 * pointers are alike to another degree than what they stand for.
 */
const CONFIG = [
  ['diff.renames', 'false'],
  ['merge.renames', 'false'],
  ['status.renames', 'false'],
  ['gc.auto', '0'],
  ['pull.rebase', 'false'],
  ['push.default', 'upstream'],
] as const;

const PLAIN = '*.txt -text -merge\n';

/** Makes a world in `place`, whose first commit has the attributes and one file of each kind. */
export function createWorld(place: Workplace, withLode: boolean): World {
  const { dir, env, git } = place;
  const folder = (clone: CloneName) => path.join(dir, clone);
  for (const [key, value] of CONFIG) git('.', 'config', '--global', key, value);
  if (withLode) git('.', 'lode', 'install', '--global');
  git('.', 'init', '-q', '--bare', 'bare.git');
  git('.', 'clone', '-q', 'bare.git', 'a');
  if (withLode) {
    git('a', 'lode', 'install', path.join(dir, 'data-remote'));
    git('a', 'lode', 'track', 'data/**');
    fs.appendFileSync(path.join(folder('a'), '.gitattributes'), PLAIN);
  } else {
    fs.writeFileSync(path.join(folder('a'), '.gitattributes'), `data/** -text -merge\n${PLAIN}`);
    // A file of the same name, so that the trees have the same paths.
    fs.writeFileSync(path.join(folder('a'), '.git-lode.json'), '{}\n');
  }
  fs.mkdirSync(path.join(folder('a'), 'data'));
  fs.writeFileSync(path.join(folder('a'), 'data', 'first.bin'), 'the first content');
  fs.writeFileSync(path.join(folder('a'), 'plain.txt'), 'a plain file\n');
  const ask = (clone: CloneName, args: readonly string[], input = '') =>
    spawnSync('git', args, { cwd: folder(clone), env, input, maxBuffer: 1 << 28 }).stdout;
  const world: World = {
    name: withLode ? 'git-lode' : 'plain git',
    folder,
    index(clone) {
      const entries = ask(clone, ['ls-files', '-s', '-z']).toString('utf8').split('\0').filter(Boolean);
      const blobs = entries.map((entry) => entry.split(' ')[1]);
      const contents = eachBlob(
        ask(clone, ['cat-file', '--batch'], blobs.map((blob) => `${blob}\n`).join('')),
      );
      return entries.map((entry, i) => {
        const [head, name] = entry.split('\t') as [string, string];
        const [mode, , stage] = head.split(' ');
        const kept = withLode && name.startsWith('data/') && mode !== '120000';
        return `${mode} ${stage} ${name} ${kept ? pointedAt(contents[i]!) : sha256(contents[i]!)}`;
      });
    },
    git(clone, step, args) {
      const date = `${1_700_000_000 + step} +0000`;
      const result = spawnSync('git', args, {
        cwd: folder(clone),
        env: { ...env, GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date },
        stdio: ['ignore', 'pipe', 'pipe'],
        encoding: 'utf8',
        maxBuffer: 1 << 28,
      });
      return { exitCode: result.status ?? -1, said: `${result.stdout}${result.stderr}` };
    },
  };
  world.git('a', 0, ['add', '.']);
  world.git('a', 0, ['commit', '-q', '-m', 'first']);
  world.git('a', 0, ['push', '-q', '-u', 'origin', 'main']);
  git('.', 'clone', '-q', 'bare.git', 'b');
  return world;
}

/** The contents in what `git cat-file --batch` prints. */
function eachBlob(output: Buffer): Buffer[] {
  const blobs: Buffer[] = [];
  for (let at = 0; at < output.length; ) {
    const start = output.indexOf('\n', at) + 1;
    const size = Number(output.toString('latin1', at, start).split(' ')[2]);
    blobs.push(output.subarray(start, start + size));
    at = start + size + 1;
  }
  return blobs;
}

/** An entry without content, as `git add -N` makes one, has no pointer. */
function pointedAt(blob: Buffer): string {
  return blob.length === 0 ? sha256(blob) : (parsePointer(blob)?.oid ?? 'NO POINTER');
}

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** Whatever must be the same in both worlds: names of files, their kinds and contents, git's index and status, and the branches. */
export function snapshot(world: World, clone: CloneName, step: number): string[] {
  const answer = (...args: string[]) => world.git(clone, step, args).said;
  return [
    ...filesOf(world.folder(clone)).map((file) => `file ${file}`),
    ...world
      .index(clone)
      .filter((line) => !OWN.has(line.split(' ')[2]!))
      .map((line) => `index ${line}`),
    ...lines(answer('status', '--porcelain')).map((line) => `status ${line}`),
    ...lines(answer('for-each-ref', '--format=%(refname) %(committerdate:unix)')).map(
      (line) => `ref ${line}`,
    ),
    `head ${answer('symbolic-ref', '-q', 'HEAD').trim()} ${answer('rev-list', '--count', 'HEAD').trim()}`,
    ...lines(answer('stash', 'list', '--format=%gd')).map((line) => `stash ${line}`),
  ].map(withoutCommits);
}

/** A merge names a file that is in the way of a folder after the commit that it is from. */
const withoutCommits = (line: string) => line.replace(/~[0-9a-f]{7,40}(?![0-9a-f])/g, '~<commit>');

const lines = (text: string) => text.split('\n').filter(Boolean);

/** What tells one world from the other, and is no part of the comparison. */
const OWN = new Set(['.gitattributes', '.git-lode.json']);

function filesOf(top: string, below = ''): string[] {
  return fs
    .readdirSync(path.join(top, below), { withFileTypes: true })
    .flatMap((entry) => {
      const name = path.join(below, entry.name);
      if (name === '.git' || OWN.has(name)) return [];
      if (entry.isDirectory()) return filesOf(top, name);
      const file = path.join(top, name);
      if (entry.isSymbolicLink()) return [`${name} -> ${fs.readlinkSync(file)}`];
      const executable = (fs.statSync(file).mode & 0o100) === 0 ? '' : ' x';
      return [`${name} ${sha256(fs.readFileSync(file)).slice(0, 16)}${executable}`];
    })
    .sort();
}
