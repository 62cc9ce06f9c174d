import fs from 'node:fs';
import path from 'node:path';
import { projectDir, requireProgram } from '../../test/support/program.ts';
import type { Workplace } from '../support/workplace.ts';
import { BUCKET } from './server.ts';

/** A command line to measure: the folder it runs in, the program, its arguments. */
export type Step = readonly [cwd: string, command: string, ...args: string[]];

/** One way to bring a folder of files to a bucket and back. */
export interface Contender {
  readonly name: string;
  /** The program that must be on PATH, where it is not our own. */
  readonly program?: string;
  /** Makes everything ready for `up` in a new workplace; `source` holds the folder `data`. Not measured. */
  prepare(place: Workplace, source: string): void;
  up(source: string): Step;
  /** Brings the files to `there/data` in the workplace. */
  down(): Step;
  /** True for a floor, which brings less than the files. */
  readonly isFloor?: boolean;
}

/** `git push` and `git clone`; add and commit have no network in them. */
export const lode: Contender = {
  name: 'git-lode',
  prepare(place, source) {
    requireProgram();
    // Nothing runs in the background while a step is measured.
    fs.appendFileSync(
      path.join(place.home, '.gitconfig'),
      '[gc]\n\tauto = 0\n[maintenance]\n\tauto = false\n',
    );
    place.git('.', 'lode', 'install', '--global');
    place.git('.', 'init', '-q', '--bare', 'bare.git');
    place.git('.', 'init', '-q', 'repo');
    place.git('repo', 'remote', 'add', 'origin', '../bare.git');
    place.git('repo', 'lode', 'install', `s3://${BUCKET}/lode`);
    place.git('repo', 'lode', 'track', 'data/**');
    place.time('.', 'cp', '-r', path.join(source, 'data'), 'repo');
    place.git('repo', 'add', '.');
    place.git('repo', 'commit', '-q', '-m', 'all');
    place.git('repo', ...GC_AFTER_COMMIT);
  },
  up: () => ['repo', 'git', 'push', '-q', 'origin', 'main'],
  down: () => ['.', 'git', 'clone', '-q', 'bare.git', 'there'],
};

/**
 * What the gc does that git starts by itself after a commit of so many objects. What it packs it would also remove, one file each, and ext4
 * makes new files slowly after that, in the clone that follows: git reads the pack either way.
 */
const GC_AFTER_COMMIT = ['repack', '-a', '-q'];

/** git's own part of the same push and clone: the pointers alone. */
const git: Contender = {
  name: 'pointers alone',
  prepare: lode.prepare,
  up: () => ['repo', 'git', 'push', '-q', '--no-verify', 'origin', 'main'],
  down: () => ['.', 'git', ...NO_FILTER, 'clone', '-q', 'bare.git', 'there'],
  isFloor: true,
};

const NO_FILTER = ['process=', 'smudge=', 'required=false'].flatMap((each) => ['-c', `filter.lode.${each}`]);

/** The same bytes in packs as large as git-lode's, without hashing, cutting, or the files: what server and machine allow. */
const packs: Contender = {
  name: 'bare packs',
  prepare(place, source) {
    const files = `find '${path.join(source, 'data')}' -type f -exec cat {} +`;
    place.time('.', 'sh', '-c', `mkdir packs there && ${files} | split -a 4 -b ${PACK_BYTES} - packs/`);
  },
  up: () => ['.', process.execPath, BARE_LOOP, 'put', 'packs', BUCKET],
  down: () => ['.', process.execPath, BARE_LOOP, 'get', 'there/packs', BUCKET],
  isFloor: true,
};

const PACK_BYTES = 16 * 1024 * 1024;

/** With its own defaults, as a person runs it. */
const rclone: Contender = {
  name: 'rclone copy',
  program: 'rclone',
  prepare() {},
  up: (source) => ['.', 'rclone', 'copy', path.join(source, 'data'), `bench:${BUCKET}/rclone`],
  down: () => ['.', 'rclone', 'copy', `bench:${BUCKET}/rclone`, 'there/data'],
};

/** A request a file, sixteen at once, and nothing else: what the server and Node's own client allow. */
const bare: Contender = {
  name: 'bare loop',
  prepare() {},
  up: (source) => ['.', process.execPath, BARE_LOOP, 'put', path.join(source, 'data'), BUCKET],
  down: () => ['.', process.execPath, BARE_LOOP, 'get', 'there/data', BUCKET],
};

const BARE_LOOP = path.join(projectDir, 'scripts', 'bench-s3', 'bare-loop.mjs');

export const CONTENDERS: readonly Contender[] = [bare, packs, git, rclone, lode];
