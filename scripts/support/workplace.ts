import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { isolate } from '../../test/support/environment.ts';

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
  remove(): void;
}

/** Makes a workplace inside `parent`, in a folder whose name begins with `prefix`. */
export function createWorkplace(parent: string, prefix: string): Workplace {
  const root = fs.mkdtempSync(path.join(fs.realpathSync(parent), prefix));
  const { home, env } = isolate(root);
  const dir = path.join(root, 'work');
  fs.mkdirSync(dir);

  const time: Workplace['time'] = (cwd, command, ...args) => {
    const since = performance.now();
    const result = spawnSync(command, args, {
      cwd: path.resolve(dir, cwd),
      env,
      stdio: ['ignore', 'ignore', 'pipe'],
      maxBuffer: 1 << 28,
    });
    const seconds = (performance.now() - since) / 1000;
    if (result.error) throw result.error;
    if (result.status !== 0) throw new Error(`${[command, ...args].join(' ')} failed:\n${result.stderr}`);
    return seconds;
  };
  const git: Workplace['git'] = (cwd, ...args) => void time(cwd, 'git', ...args);
  return { root, dir, home, env, git, time, remove: () => fs.rmSync(root, { recursive: true, force: true }) };
}
