import { type ChildProcess, spawn } from 'node:child_process';
import { createHash, randomFillSync } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import { isolate } from './environment.ts';
import { program, projectDir, requireProgram } from './program.ts';

export interface RunResult {
  readonly exitCode: number;
  /** The signal that ended it, where one did; `exitCode` is then -1. */
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Standard output as it came, for content that is not text. */
  readonly bytes: Buffer;
}

export interface RunOptions {
  /** Where it runs: relative to the sandbox's `dir`, or absolute. Default: `dir` itself. */
  readonly cwd?: string;
  /** Added to the sandbox's environment; undefined takes a variable away. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Standard input; closed at once without it. */
  readonly input?: string | Uint8Array;
  /** For `start`: standard input is left open, to be written to. */
  readonly openInput?: boolean;
  /** The exit code that is expected, 0 by default; another one throws with both streams. `any`: look at it yourself. */
  readonly exitCode?: number | 'any';
  /** It leads a process group of its own, as what a terminal starts does, so that signals can be sent to all of it. */
  readonly ownGroup?: boolean;
}

export interface Started {
  readonly child: ChildProcess;
  /** Its end, whatever the exit code. */
  readonly done: Promise<RunResult>;
}

/** A sandbox that is removed, with every process started in it, when the test that calls this has finished. */
export function createSandbox(installed?: string): Sandbox {
  const box = new Sandbox(installed);
  onTestFinished(() => box.remove());
  return box;
}

/**
 * A scratch folder with a HOME of its own, in which nothing of the machine's or the project's git, AWS or git-lode
 * configuration is seen. Where a suite shares one over several tests, `new Sandbox()` in beforeAll and `remove()` in afterAll.
 */
export class Sandbox {
  readonly root: string;
  /** The folder to work in. */
  readonly dir: string;
  readonly home: string;
  /** The first folder on PATH; holds `git-lode`. */
  readonly bin: string;
  readonly env: Readonly<Record<string, string>>;
  readonly #children = new Map<ChildProcess, { readonly ownGroup: boolean }>();

  /** `installed`: a folder that holds a `git-lode` to use instead of this checkout's. */
  constructor(installed?: string) {
    const parent = fs.realpathSync(os.tmpdir());
    const inside = path.relative(projectDir, parent);
    if (inside === '' || !(inside.startsWith('..') || path.isAbsolute(inside))) {
      throw new Error('the folder for temporary files is inside the project: set TMPDIR to another');
    }
    this.root = fs.mkdtempSync(path.join(parent, 'git-lode-test-'));
    this.dir = path.join(this.root, 'work');
    fs.mkdirSync(this.dir);
    ({ home: this.home, bin: this.bin, env: this.env } = isolate(this.root, installed));
  }

  /** An absolute path inside `dir`. */
  path(...parts: string[]): string {
    return path.resolve(this.dir, ...parts);
  }

  git(args: readonly string[], options: RunOptions = {}): Promise<RunResult> {
    return this.run('git', args, options);
  }

  /** Runs the bundled program as `git-lode`, without git before it. */
  lode(args: readonly string[], options: RunOptions = {}): Promise<RunResult> {
    requireProgram();
    return this.run(process.execPath, [program, ...args], options);
  }

  async run(command: string, args: readonly string[], options: RunOptions = {}): Promise<RunResult> {
    const result = await this.start(command, args, options).done;
    const expected = options.exitCode ?? 0;
    if (expected === 'any' || result.exitCode === expected) return result;
    throw new Error(
      `${[command, ...args].join(' ')} ended with ${result.signal ?? result.exitCode}, not ${expected}\n` +
        `--- stdout\n${result.stdout.slice(-4000)}\n--- stderr\n${result.stderr.slice(-4000)}`,
    );
  }

  /** Starts a process without waiting, for tests that send it signals. `options.exitCode` is not looked at. */
  start(command: string, args: readonly string[], options: RunOptions = {}): Started {
    const env: NodeJS.ProcessEnv = { ...this.env, ...options.env };
    const child = spawn(command, args, {
      cwd: this.path(options.cwd ?? '.'),
      env: Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined)),
      stdio: ['pipe', 'pipe', 'pipe'],
      detached: options.ownGroup === true,
    });
    this.#children.set(child, { ownGroup: options.ownGroup === true });
    const done = collect(child).finally(() => this.#children.delete(child));
    // A child may end without reading its input: its exit code says more than the broken pipe.
    child.stdin.on('error', () => {});
    if (options.openInput !== true) child.stdin.end(options.input);
    return { child, done };
  }

  /** Writes a file and its folders; `name` is relative to `dir`. */
  write(name: string, content: string | Uint8Array): string {
    const file = this.path(name);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, content);
    return file;
  }

  /** Writes `bytes` random bytes, in pieces of 4 MiB, and gives their SHA-256. */
  writeRandom(name: string, bytes: number): string {
    const file = fs.openSync(this.write(name, ''), 'w');
    const hash = createHash('sha256');
    const piece = Buffer.allocUnsafe(Math.min(bytes, 4 << 20));
    for (let left = bytes; left > 0; left -= piece.length) {
      const part = piece.subarray(0, Math.min(left, piece.length));
      randomFillSync(part);
      hash.update(part);
      fs.writeSync(file, part);
    }
    fs.closeSync(file);
    return hash.digest('hex');
  }

  read(name: string): Buffer {
    return fs.readFileSync(this.path(name));
  }

  /** SHA-256 of a file, read in pieces. */
  sha256(name: string): string {
    const file = fs.openSync(this.path(name), 'r');
    const hash = createHash('sha256');
    const piece = Buffer.allocUnsafe(4 << 20);
    for (let n = fs.readSync(file, piece); n > 0; n = fs.readSync(file, piece))
      hash.update(piece.subarray(0, n));
    fs.closeSync(file);
    return hash.digest('hex');
  }

  /** `git status --porcelain`: empty where everything is clean. */
  async status(cwd?: string): Promise<string> {
    return (await this.git(['status', '--porcelain'], cwd === undefined ? {} : { cwd })).stdout;
  }

  /** Ends what still runs, and removes everything. */
  async remove(): Promise<void> {
    const running = [...this.#children].map(([child, { ownGroup }]) => {
      if (ownGroup) signalGroup(child.pid!, 'SIGKILL');
      else child.kill('SIGKILL');
      return new Promise((resolve) => child.once('close', resolve));
    });
    await Promise.all(running);
    await fs.promises.rm(this.root, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }
}

/** Sends a signal to all processes of a group, if there are any left. */
export function signalGroup(leader: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-leader, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

function collect(child: ChildProcess): Promise<RunResult> {
  const out: Buffer[] = [];
  const err: Buffer[] = [];
  child.stdout?.on('data', (part: Buffer) => out.push(part));
  child.stderr?.on('data', (part: Buffer) => err.push(part));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => {
      const bytes = Buffer.concat(out);
      const stderr = Buffer.concat(err).toString();
      resolve({ exitCode: code ?? -1, signal, stdout: bytes.toString(), stderr, bytes });
    });
  });
}
