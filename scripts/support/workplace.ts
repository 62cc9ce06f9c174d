import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { isolate } from '../../test/support/environment.ts';

export interface Measured {
  /** Wall time. */
  readonly seconds: number;
  /** User and system time: what a busy machine disturbs less. */
  readonly cpu: number;
}

/** A folder with a HOME of its own, to show or to measure what git does there. */
export interface Workplace {
  readonly root: string;
  /** What stands in it to work in; relative folders below start here. */
  readonly dir: string;
  readonly home: string;
  readonly env: Readonly<Record<string, string>>;
  /** Runs git in a folder to its end; throws if it fails. */
  git(cwd: string, ...args: string[]): void;
  /** Runs a program to its end and gives its wall seconds; throws if it fails. */
  time(cwd: string, command: string, ...args: string[]): number;
  /** As `time`, and the CPU seconds of the program and of all that it waited for. */
  measure(cwd: string, command: string, ...args: string[]): Measured;
  /** The same place with more in its environment. */
  with(more: Readonly<Record<string, string>>): Workplace;
  remove(): void;
}

/** Makes a workplace inside `parent`, in a folder whose name begins with `prefix`. */
export function createWorkplace(parent: string, prefix: string): Workplace {
  const root = fs.mkdtempSync(path.join(fs.realpathSync(parent), prefix));
  const { home, env } = isolate(root);
  const dir = path.join(root, 'work');
  fs.mkdirSync(dir);
  return workplace(root, dir, home, env);
}

function workplace(root: string, dir: string, home: string, env: Workplace['env']): Workplace {
  const run = (cwd: string, command: string, args: readonly string[]) => {
    const since = performance.now();
    const result = spawnSync(command, args, {
      cwd: path.resolve(dir, cwd),
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
      maxBuffer: 1 << 28,
      encoding: 'utf8',
    });
    const seconds = (performance.now() - since) / 1000;
    if (result.error) throw result.error;
    if (result.status !== 0) throw new Error(`${[command, ...args].join(' ')} failed:\n${result.stderr}`);
    return { seconds, stdout: result.stdout };
  };
  const time: Workplace['time'] = (cwd, command, ...args) => run(cwd, command, args).seconds;
  const measure: Workplace['measure'] = (cwd, command, ...args) => {
    // Node does not tell what a child used; the shell does, by POSIX: its own times in the first line, its children's in the second.
    const script = '"$@" >/dev/null || exit; times';
    const { seconds, stdout } = run(cwd, 'sh', ['-c', script, 'sh', command, ...args]);
    return { seconds, cpu: parseTimes(stdout.split('\n')[1] ?? '') };
  };
  const git: Workplace['git'] = (cwd, ...args) => void time(cwd, 'git', ...args);
  const remove = () => fs.rmSync(root, { recursive: true, force: true });
  const withMore: Workplace['with'] = (more) => workplace(root, dir, home, { ...env, ...more });
  return { root, dir, home, env, git, time, measure, with: withMore, remove };
}

/** The sum of times written as `1m2.5s 0m0.25s`, in seconds. */
function parseTimes(line: string): number {
  const times = [...line.matchAll(/(\d+)m([\d.]+)s/g)];
  return times.reduce((sum, [, minutes, seconds]) => sum + Number(minutes) * 60 + Number(seconds), 0);
}
