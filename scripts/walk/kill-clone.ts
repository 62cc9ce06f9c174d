// `npm run kill-clone [-- --times 20] [--seed 1] [--git FOLDER] [--dir FOLDER]`: a clone of 2,000 kept files is killed at random moments, by SIGKILL of git
// and all that it has started, and then finished by one command; every file is compared with its source.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual, parseArgs } from 'node:util';
import { requireProgram } from '../../test/support/program.ts';
import { noise, Random } from '../bench-store/random.ts';
import { columns } from '../support/columns.ts';
import { digestFolder } from '../support/folder.ts';
import { createWorkplace, type Workplace } from '../support/workplace.ts';

const FILES = 2000;

const { values } = parseArgs({
  options: {
    times: { type: 'string', default: '20' },
    seed: { type: 'string', default: '1' },
    git: { type: 'string' },
    dir: { type: 'string', default: os.tmpdir() },
  },
});

requireProgram();
if (values.git !== undefined) process.env.GIT_LODE_TEST_GIT = values.git;
const place = createWorkplace(values.dir, 'git-lode-kill-clone-');
const random = new Random(Number(values.seed));
try {
  const source = share(place);
  const whole = await cloneFor(Number.POSITIVE_INFINITY);
  const rows = [['killed after', 'what was there', 'finished by', '']];
  let wrong = 0;
  for (let i = 0; i < Number(values.times); i++) {
    const delay = Math.round(random.next() * whole);
    await cloneFor(delay);
    const { found, command } = finish();
    const same = isDeepStrictEqual(digestFolder(path.join(place.dir, 'clone', 'data')), source) && isClean();
    if (!same) wrong += 1;
    rows.push([`${delay} ms`, found, command, same ? 'identical, clean' : 'WRONG']);
  }
  console.log(columns(rows));
  process.exitCode = wrong === 0 ? 0 : 1;
} finally {
  place.remove();
}

/** A repository with many kept files, pushed; gives what is in them. */
function share({ git, dir }: Workplace) {
  git('.', 'lode', 'install', '--global');
  git('.', 'init', '-q', '--bare', 'bare.git');
  git('.', 'init', '-q', 'repo');
  git('repo', 'remote', 'add', 'origin', '../bare.git');
  git('repo', 'lode', 'install', path.join(dir, 'data-remote'));
  git('repo', 'lode', 'track', 'data/**');
  for (let i = 0; i < FILES; i++) {
    const file = path.join(dir, 'repo', 'data', String(i % 20), `${i}.bin`);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    // From some bytes to some hundred kilobytes, most of them small; a few are large.
    fs.writeFileSync(file, noise(`file ${i}`, i % 500 === 0 ? 20e6 : Math.ceil(200_000 ** random.next())));
  }
  git('repo', 'add', '.');
  git('repo', 'commit', '-q', '-m', 'all');
  git('repo', 'push', '-q', 'origin', 'main');
  return digestFolder(path.join(dir, 'repo', 'data'));
}

/** Clones anew, and kills everything after so many milliseconds. Gives how long it took, if it came to its end. */
async function cloneFor(milliseconds: number): Promise<number> {
  fs.rmSync(path.join(place.dir, 'clone'), { recursive: true, force: true });
  const since = performance.now();
  const child = spawn('git', ['clone', '-q', 'bare.git', 'clone'], {
    cwd: place.dir,
    env: place.env,
    stdio: 'ignore',
    detached: true,
  });
  const ended = new Promise<void>((resolve) => child.on('close', () => resolve()));
  const stop = new AbortController();
  if (Number.isFinite(milliseconds)) {
    await Promise.race([ended, sleep(milliseconds, undefined, { signal: stop.signal }).catch(() => {})]);
    stop.abort();
    killGroup(child.pid!);
  }
  await ended;
  return performance.now() - since;
}

function killGroup(leader: number): void {
  try {
    process.kill(-leader, 'SIGKILL');
  } catch (error) {
    // It was faster.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** What a person does with what a killed git leaves: without a commit there is nothing to go on with. */
function finish(): { found: string; command: string } {
  const gitDir = path.join(place.dir, 'clone', '.git');
  const run = (cwd: string, command: string) => {
    place.time(cwd, 'sh', '-c', command);
    return command;
  };
  if (!hasCommit()) {
    return { found: 'no commit yet', command: run('.', 'rm -rf clone && git clone -q bare.git clone') };
  }
  if (fs.existsSync(path.join(gitDir, 'index.lock')) || !fs.existsSync(path.join(gitDir, 'index'))) {
    return { found: 'git at work', command: run('clone', 'rm -f .git/index.lock && git reset -q --hard') };
  }
  return { found: 'git had finished', command: run('clone', 'git lode pull -q') };
}

function hasCommit(): boolean {
  try {
    place.git('clone', 'rev-parse', '--verify', '-q', 'HEAD^{commit}');
    return true;
  } catch {
    return false;
  }
}

function isClean(): boolean {
  try {
    place.time('clone', 'sh', '-c', 'test -z "$(git status --porcelain)"');
    return true;
  } catch {
    return false;
  }
}
