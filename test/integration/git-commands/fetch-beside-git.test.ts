import type { ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { formatPointer } from '../../../src/pointer.ts';
import {
  type DataRepository,
  downloadedIn,
  emptyRepository,
  installedSandbox,
} from '../../support/data-repository.ts';
import { leftIn } from '../../support/interruption.ts';
import { packets } from '../../support/packets.ts';
import { filterProgram } from '../../support/program.ts';
import type { Sandbox } from '../../support/sandbox.ts';

/** Enough for the fetch to begin while git writes, and more; each larger than what shares a bundle. */
const FILES = Array.from({ length: 700 }, (_, i) => `many/${i}.bin`);
const contentOf = (name: string) => createHash('shake256', { outputLength: 9000 }).update(name).digest();
const pointerOf = (name: string) => {
  const content = contentOf(name);
  return formatPointer({ oid: createHash('sha256').update(content).digest('hex'), size: content.length });
};

let box: Sandbox;
let data: string;
let author: DataRepository;
let count = 0;

beforeAll(async () => {
  box = await installedSandbox();
  data = path.join(box.root, 'data');
  author = await emptyRepository(box, 'author');
  await box.git(['init', '-q', '--bare', 'origin.git'], { cwd: box.root });
  await author.git(['remote', 'add', 'origin', '../origin.git']);
  await author.git(['config', 'lode.remote', data]);
  fs.mkdirSync(author.file('many'));
  for (const name of FILES) fs.writeFileSync(author.file(name), contentOf(name));
  await author.git(['add', '--all']);
  await author.git(['commit', '-q', '-m', 'many']);
  await author.git(['push', '-q', 'origin', 'main']);
});
afterAll(() => box.remove());

const clone = (dir: string, ...more: string[]) =>
  box.git(['clone', '-c', `lode.remote=${data}`, ...more, 'origin.git', dir], { cwd: box.root });
const holds = (dir: string, name: string, content: Buffer) => {
  const file = path.join(box.root, dir, name);
  return fs.existsSync(file) && fs.readFileSync(file).equals(content);
};
const withContent = (dir: string) => FILES.filter((name) => holds(dir, name, contentOf(name)));
const withPointer = (dir: string) => FILES.filter((name) => holds(dir, name, pointerOf(name)));
const status = async (dir: string) =>
  (await box.git(['status', '--porcelain'], { cwd: path.join(box.root, dir) })).stdout;

describe('a clone whose objects are fetched while git writes the files', () => {
  it('has them all, and nothing is left of it', async () => {
    const { stderr } = await clone('whole');
    expect(withContent('whole')).toEqual(FILES);
    expect(await status('whole')).toBe('');
    const told = downloadedIn(stderr);
    // Where git has our hooks in its own configuration one of them takes over, and what was under way is in nobody's count, or in two.
    const isConfigured = !fs.existsSync(path.join(box.root, 'whole/.git/hooks/post-checkout'));
    if (isConfigured) expect(told).toBeLessThan(1400);
    else expect(told).toBe(700);
    expect(leftIn(path.join(box.root, 'whole'))).toEqual([]);
  });

  it('has pointers and one warning where the remote is gone, and heals', async () => {
    fs.renameSync(data, `${data}.away`);
    const { stderr } = await clone('poor');
    fs.renameSync(`${data}.away`, data);
    expect(withPointer('poor')).toEqual(FILES);
    expect(await status('poor')).toBe('');
    expect(stderr.match(/warning: (?!700 files are still pointers)/g)).toHaveLength(1);
    await box.git(['lode', 'pull', '--quiet'], { cwd: path.join(box.root, 'poor') });
    expect(withContent('poor')).toEqual(FILES);
  });
});

describe('a checkout whose hook puts the contents in place', () => {
  it('has them all, and nothing is downloaded twice but what was on its way', async () => {
    await clone('hooked', '--quiet', '--no-checkout');
    const cwd = path.join(box.root, 'hooked');
    await box.git(['lode', 'install', '--quiet'], { cwd });
    const { stderr } = await box.git(['checkout', 'main'], { cwd });
    expect(withContent('hooked')).toEqual(FILES);
    expect(await status('hooked')).toBe('');
    expect(downloadedIn(stderr)).toBeLessThan(2 * FILES.length);
    expect(leftIn(cwd)).toEqual([]);
  });
});

/** A git that asks for one file after the other, in a repository that has none of them. */
async function conversation(program = filterProgram) {
  const dir = `talk-${count++}`;
  await clone(dir, '--quiet', '--no-checkout');
  const cwd = path.join(box.root, dir);
  fs.mkdirSync(path.join(cwd, 'many'));
  const version = (await box.git(['rev-parse', 'HEAD'], { cwd })).stdout.trim();
  const { child, done } = box.start(process.execPath, [program, 'filter-process'], {
    cwd,
    openInput: true,
  });
  const answers = new Answers(child);
  child.stdin!.write(
    packets('git-filter-client\n', 'version=2\n', null, 'capability=smudge\n', 'capability=delay\n', null),
  );
  await answers.flushes(2);
  const smudge = async (name: string) => {
    fs.writeFileSync(path.join(cwd, name), pointerOf(name));
    child.stdin!.write(
      packets(
        'command=smudge\n',
        `pathname=${name}\n`,
        `treeish=${version}\n`,
        'can-delay=1\n',
        null,
        pointerOf(name),
        null,
      ),
    );
    await answers.flushes(3);
  };
  const stored = () =>
    fs
      .readdirSync(path.join(cwd, '.git/lode'), { recursive: true, encoding: 'utf8' })
      .filter((name) => /objects-1.[0-9a-f]{2}.[0-9a-f]{64}$/.test(name)).length;
  return { dir, cwd, child, done, smudge, stored };
}

/** Counts the flush packets that come: an answer to a smudge has three. */
class Answers {
  #bytes = Buffer.alloc(0);
  #flushes = 0;
  #wake: (() => void) | undefined;

  constructor(child: ChildProcess) {
    child.stdout!.on('data', (bytes: Buffer) => {
      this.#bytes = Buffer.concat([this.#bytes, bytes]);
      this.#count();
      this.#wake?.();
    });
  }

  async flushes(count: number): Promise<void> {
    while (this.#flushes < count) await new Promise<void>((resolve) => (this.#wake = resolve));
    this.#flushes -= count;
  }

  #count(): void {
    while (this.#bytes.length >= 4) {
      const length = Number.parseInt(this.#bytes.toString('latin1', 0, 4), 16);
      if (this.#bytes.length < length) return;
      if (length === 0) this.#flushes += 1;
      this.#bytes = this.#bytes.subarray(Math.max(length, 4));
    }
  }
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await sleep(10);
}

describe('the fetch beside a git that is still at work', () => {
  it('brings objects before git has ended, and their files get them after it', async () => {
    const { dir, child, done, smudge, stored } = await conversation();
    for (const name of FILES.slice(0, 600)) await smudge(name);
    await until(() => stored() >= 500);
    expect(withPointer(dir).length).toBe(600);
    for (const name of FILES.slice(600)) await smudge(name);
    child.stdin!.end();
    expect((await done).exitCode).toBe(0);
    expect(withContent(dir)).toEqual(FILES);
  });

  it('is left to the end where no thread can be had', async () => {
    const dist = path.join(box.root, 'dist');
    fs.cpSync(path.dirname(filterProgram), dist, { recursive: true });
    fs.rmSync(path.join(dist, 'conversation-worker.js'));
    const { dir, child, done, smudge } = await conversation(path.join(dist, path.basename(filterProgram)));
    for (const name of FILES) await smudge(name);
    child.stdin!.end();
    const { exitCode, stderr } = await done;
    expect([exitCode, stderr.match(/\n +at /)]).toEqual([0, null]);
    expect(withContent(dir)).toEqual(FILES);
  });

  it('is not begun where the store cannot be read, and git gets one answer for each file', async () => {
    const { dir, cwd, child, done, smudge } = await conversation();
    const objects = path.join(cwd, '.git/lode/objects-1');
    fs.mkdirSync(path.dirname(objects), { recursive: true });
    fs.symlinkSync('objects-1', objects);
    for (const name of FILES) await smudge(name);
    fs.rmSync(objects);
    child.stdin!.end();
    expect((await done).exitCode).toBe(0);
    expect(withContent(dir)).toEqual(FILES);
  });

  it('does not keep a program alive whose git breaks off in the middle of a request', async () => {
    const { child, done, smudge, dir, cwd } = await conversation();
    for (const name of FILES) await smudge(name);
    child.stdin!.end(packets('command=smudge\n'));
    const { exitCode, stderr } = await done;
    expect(exitCode).toBe(1);
    expect(stderr).toContain('inside a request');
    expect(stderr).not.toMatch(/\n +at /);
    await box.git(['lode', 'pull', '--quiet'], { cwd });
    expect(withContent(dir)).toEqual(FILES);
  });

  it('leaves what heals where both are killed', async () => {
    const { child, done, smudge, stored, dir, cwd } = await conversation();
    for (const name of FILES.slice(0, 600)) await smudge(name);
    await until(() => stored() > 0);
    child.kill('SIGKILL');
    await done;
    await box.git(['reset', '-q'], { cwd });
    await box.git(['lode', 'pull', '--quiet'], { cwd });
    expect(withContent(dir)).toHaveLength(600);
    expect(leftIn(cwd)).toEqual([]);
  });
});
