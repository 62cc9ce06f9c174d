import fs from 'node:fs';
import path from 'node:path';
import { noise, type Random } from '../bench-store/random.ts';
import type { CloneName, World } from './world.ts';

/** One thing that is done in both worlds alike. */
export type Step =
  | { readonly kind: 'git'; readonly clone: CloneName; readonly args: readonly string[] }
  | {
      readonly kind: 'files';
      readonly clone: CloneName;
      readonly says: string;
      readonly change: (top: string) => void;
    };

/** What can be seen of the oracle before a step is chosen. */
interface Scene {
  readonly random: Random;
  readonly clone: CloneName;
  /** Files of the working tree, without links. */
  readonly files: readonly string[];
  readonly branches: readonly string[];
  readonly commits: number;
  readonly stashes: number;
}

const NAMES = [
  'data/first.bin',
  'data/b.bin',
  'data/deep/c.bin',
  'data/d e.bin',
  'data/ä.bin',
  'plain.txt',
  'docs/note.txt',
];
const isKept = (name: string) => name.startsWith('data');
const BRANCHES = ['main', 'topic', 'other'];
/** Bytes: below and above what is written in place, renamed into place, and shared by bundles. */
const SIZES = [3, 60, 300, 5000, 40_000, 200_000, 1_500_000];

/** The next step, by the oracle's state and by chance. A merge, rebase or pick that stopped is ended first, one way or another. */
export function nextStep(random: Random, oracle: World, step: number): Step {
  const clone: CloneName = random.below(3) === 0 ? 'b' : 'a';
  const stopped = stoppedIn(path.join(oracle.folder(clone), '.git'));
  const git = (...args: string[]): Step => ({ kind: 'git', clone, args });
  if (stopped !== undefined && random.below(3) > 0) return git(...ending(random, stopped));
  const scene = look(oracle, clone, random, step);
  const roll = random.below(100);
  if (roll < 38) return change(scene, step);
  if (roll < 58) return git(...record(scene, step));
  if (roll < 80) return git(...move(scene));
  if (roll < 90) return git(...join(scene));
  return git(...share(scene));
}

function look(oracle: World, clone: CloneName, random: Random, step: number): Scene {
  const ask = (...args: string[]) => oracle.git(clone, step, args).said.split('\n').filter(Boolean);
  const top = oracle.folder(clone);
  const files = NAMES.filter((name) =>
    fs.lstatSync(path.join(top, name), { throwIfNoEntry: false })?.isFile(),
  );
  return {
    random,
    clone,
    files,
    branches: ask('for-each-ref', '--format=%(refname:short)', 'refs/heads'),
    commits: Number(ask('rev-list', '--count', 'HEAD')[0] ?? 0),
    stashes: ask('stash', 'list').length,
  };
}

/** A person's hands in the working tree. */
function change({ random, clone, files }: Scene, step: number): Step {
  const name = random.pick(NAMES);
  const files_ = (says: string, act: (top: string) => void): Step => ({
    kind: 'files',
    clone,
    says,
    change: act,
  });
  const target = files.length > 0 ? random.pick(files) : name;
  const content = noise(`content ${random.below(40)}`, random.pick(SIZES));
  switch (random.below(8)) {
    case 0:
      return files_(`remove ${target}`, (top) => fs.rmSync(path.join(top, target), { force: true }));
    case 1:
      return files_(`append to ${target}`, (top) => {
        if (fs.existsSync(path.join(top, target)))
          fs.appendFileSync(path.join(top, target), `line ${step}\n`);
      });
    case 2:
      return files_(`touch ${target}`, (top) => {
        const file = path.join(top, target);
        if (fs.existsSync(file)) fs.utimesSync(file, new Date(), new Date());
      });
    case 3: {
      const mode = random.below(2) === 0 ? 0o755 : 0o644;
      return files_(`chmod ${mode.toString(8)} ${target}`, (top) => {
        if (fs.existsSync(path.join(top, target))) fs.chmodSync(path.join(top, target), mode);
      });
    }
    case 4:
      return files_(`link ${name}`, (top) => {
        place(top, name);
        fs.symlinkSync('nowhere', path.join(top, name));
      });
    default:
      return files_(`write ${content.length} bytes to ${name}`, (top) => {
        place(top, name);
        fs.writeFileSync(path.join(top, name), content);
      });
  }
}

function place(top: string, name: string): void {
  fs.mkdirSync(path.dirname(path.join(top, name)), { recursive: true });
  fs.rmSync(path.join(top, name), { force: true });
}

function record({ random, files }: Scene, step: number): string[] {
  const name = files.length > 0 ? random.pick(files) : 'data';
  const message = ['-q', '-m', `step ${step}`];
  switch (random.below(11)) {
    case 0:
      return ['add', '--', name];
    case 1:
      return ['rm', '-q', '-f', '--ignore-unmatch', '--', name];
    case 2:
      // git never cleans what it moves: from one kind of file to the other, the raw content is what its index keeps.
      return ['mv', '-f', '--', name, random.pick(NAMES.filter((other) => isKept(other) === isKept(name)))];
    case 3:
      return ['commit', '-q', '--amend', '--no-edit', '--allow-empty'];
    case 4:
      return ['commit', ...message, '--', name];
    case 5:
      return ['commit', '-a', ...message];
    case 6:
      return ['add', '-N', '--', name];
    default:
      return random.below(2) === 0 ? ['add', '-A'] : ['commit', '-a', '--allow-empty', ...message];
  }
}

function move({ random, files, branches, commits, stashes }: Scene): string[] {
  const branch = random.pick(BRANCHES);
  const back = `HEAD~${random.below(Math.min(4, Math.max(1, commits)))}`;
  const name = files.length > 0 ? random.pick(files) : 'data';
  switch (random.below(20)) {
    case 0:
      return ['switch', '-q', '--detach', back];
    case 1:
      return ['checkout', '-q', '-f', branch];
    case 2:
      return ['checkout', '-q', '--', name];
    case 3:
      return ['checkout', '-q', back, '--', name];
    case 4:
      return ['restore', '--', name];
    case 5:
      return ['restore', '--staged', '--', name];
    case 6:
      return ['restore', `--source=${back}`, '--staged', '--worktree', '--', 'data'];
    case 7:
      return ['reset', '-q', '--hard', back];
    case 8:
      return ['reset', '-q', '--soft', back];
    case 9:
      return ['reset', '-q', '--mixed', back];
    case 10:
      return ['reset', '-q', '--keep', back];
    case 11:
      return ['reset', '-q', '--merge', back];
    case 12:
      return ['stash', 'push', '-q', ...(random.below(2) === 0 ? ['-u'] : [])];
    case 13:
      return stashes > 0 ? ['stash', random.below(2) === 0 ? 'pop' : 'apply', '-q'] : ['stash', 'list'];
    case 14:
      return ['stash', 'push', '-q', '--', name];
    case 15:
      return ['clean', '-f', '-d', '-q'];
    case 16:
      return ['checkout', '-q', '-m', branch];
    default:
      return branches.includes(branch) ? ['switch', '-q', branch] : ['switch', '-q', '-c', branch];
  }
}

function join({ random, commits }: Scene): string[] {
  const branch = random.pick(BRANCHES);
  switch (random.below(8)) {
    case 0:
      return ['rebase', '-q', branch];
    case 1:
      return ['rebase', '-q', '--autostash', branch];
    case 2:
      return ['cherry-pick', '--allow-empty', '--keep-redundant-commits', branch];
    case 3:
      return ['revert', '--no-edit', commits > 1 ? 'HEAD' : branch];
    case 4:
      return ['merge', '-q', '--squash', branch];
    case 5:
      return ['merge', '-q', '--no-edit', '-X', random.below(2) === 0 ? 'ours' : 'theirs', branch];
    default:
      return ['merge', '-q', '--no-edit', random.below(2) === 0 ? '--no-ff' : '--ff', branch];
  }
}

function share({ random }: Scene): string[] {
  switch (random.below(6)) {
    case 0:
      return ['fetch', '-q', 'origin'];
    case 1:
      return ['pull', '-q', '--no-edit', '--no-rebase', 'origin', 'main'];
    case 2:
      return ['pull', '-q', '--rebase', 'origin', 'main'];
    case 3:
      return ['push', '-q', '--force', 'origin', 'HEAD:main'];
    default:
      return ['push', '-q', 'origin', 'HEAD:main'];
  }
}

type Stopped = 'merge' | 'rebase' | 'cherry-pick' | 'revert';

function stoppedIn(gitDir: string): Stopped | undefined {
  const is = (name: string) => fs.existsSync(path.join(gitDir, name));
  if (is('rebase-merge') || is('rebase-apply')) return 'rebase';
  if (is('MERGE_HEAD')) return 'merge';
  if (is('CHERRY_PICK_HEAD')) return 'cherry-pick';
  return is('REVERT_HEAD') ? 'revert' : undefined;
}

function ending(random: Random, stopped: Stopped): string[] {
  switch (random.below(6)) {
    case 0:
      return ['checkout', '-q', random.below(2) === 0 ? '--ours' : '--theirs', '--', 'data'];
    case 1:
    case 2:
      return ['add', '-A'];
    case 3:
      return stopped === 'merge' ? ['commit', '-q', '--no-edit'] : [stopped, '--continue'];
    case 4:
      return stopped === 'merge' ? ['commit', '-a', '-q', '-m', 'resolved'] : [stopped, '--skip'];
    default:
      return [stopped, '--abort'];
  }
}
