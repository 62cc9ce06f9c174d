import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { isolate } from '../../test/support/environment.ts';
import type { Git } from './contenders.ts';

/** A scratch folder with a HOME of its own; `dir` is what stands in it to work in. */
export interface Workplace {
  readonly dir: string;
  readonly git: Git;
  /** Runs a program to its end and gives its wall seconds; throws if it fails. */
  time(cwd: string, command: string, ...args: string[]): number;
  remove(): void;
}

/** Makes a workplace inside `parent`; `env` adds to its environment. */
export function createWorkplace(parent: string): Workplace {
  const root = fs.mkdtempSync(path.join(fs.realpathSync(parent), 'git-lode-bench-'));
  const { home, env } = isolate(root);
  // A gc in the background would be measured with whatever runs beside it.
  fs.appendFileSync(path.join(home, '.gitconfig'), '[gc]\n\tauto = 0\n[maintenance]\n\tauto = false\n');
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
  const git: Git = (cwd, ...args) => void time(cwd, 'git', ...args);
  return { dir, git, time, remove: () => fs.rmSync(root, { recursive: true, force: true }) };
}
