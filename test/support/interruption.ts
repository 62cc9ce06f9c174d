import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FaultPoint } from '../../src/fault-point.ts';
import type { DataRepository } from './data-repository.ts';
import { type RunOptions, type RunResult, signalGroup } from './sandbox.ts';

/** How a git command comes to an untimely end while our program is at a step: who gets which signal. */
export interface Way {
  readonly name: string;
  readonly signal: NodeJS.Signals;
  /** `first`: only the first process of our program that comes to the step. */
  readonly whom: 'program' | 'first' | 'git' | 'group';
  /** For the titles of tests. */
  toString(): string;
}

const way = (name: string, signal: NodeJS.Signals, whom: Way['whom']): Way => ({
  name,
  signal,
  whom,
  toString: () => name,
});

export const PROGRAM_KILLED = way('our program killed', 'SIGKILL', 'program');
export const PROGRAM_ENDED = way('our program terminated', 'SIGTERM', 'program');
export const GIT_KILLED = way('git killed', 'SIGKILL', 'git');
export const GIT_ENDED = way('git terminated', 'SIGTERM', 'git');
export const CTRL_C = way('Ctrl-C for all', 'SIGINT', 'group');
export const HOOK_KILLED = way('the hook alone killed', 'SIGKILL', 'first');
export const ALL_KILLED = way('all killed', 'SIGKILL', 'group');

export interface InterruptOptions {
  readonly env?: RunOptions['env'];
  /** What starts git, with its arguments. */
  readonly through?: readonly string[];
  /** What git may say when it fails all the same. */
  readonly mayFail?: RegExp;
}

/**
 * Runs git, and sends the signal when our program, started by git as a filter or a hook, is at the step: to git or the group once, to our
 * program each time that a process of it comes there. Gives git's end; throws if the step was never reached.
 */
export function interrupted(
  repository: DataRepository,
  args: readonly string[],
  step: FaultPoint,
  { signal, whom }: Way,
  options: InterruptOptions = {},
): Promise<RunResult> {
  const send = (git: number, program: number, isFirst: boolean) => {
    if (whom === 'program') process.kill(program, signal);
    else if (isFirst && whom === 'first') process.kill(program, signal);
    else if (isFirst && whom === 'git') process.kill(git, signal);
    else if (isFirst) signalGroup(git, signal);
  };
  return stoppedAt(repository, args, step, send, options);
}

/** Runs git to a good end, and does something while our program, started by git, is at the step for the first time. */
export async function meanwhile(
  repository: DataRepository,
  args: readonly string[],
  step: FaultPoint,
  action: () => void | Promise<void>,
  options: InterruptOptions = {},
): Promise<RunResult> {
  const once = (_git: number, _program: number, isFirst: boolean) => (isFirst ? action() : undefined);
  const result = await stoppedAt(repository, args, step, once, options);
  if (result.exitCode === 0 || options.mayFail?.test(result.stderr) === true) return result;
  throw new Error(`git ${args.join(' ')} failed: ${result.stderr}`);
}

/** Our processes stop themselves at the step, and go on, if they still can, after the action. Needs /proc. */
async function stoppedAt(
  repository: DataRepository,
  args: readonly string[],
  step: FaultPoint,
  action: (git: number, program: number, isFirst: boolean) => void | Promise<void>,
  { env, through = [] }: InterruptOptions,
): Promise<RunResult> {
  const [command, ...rest] = [...through, 'git', ...args];
  const { child, done } = repository.box.start(command!, rest, {
    cwd: repository.dir,
    env: { ...env, GIT_LODE_FAULT_AT: `${step} SIGSTOP` },
    ownGroup: true,
  });
  const git = child.pid!;
  let [reached, ended] = [false, false];
  void done.finally(() => {
    ended = true;
  });
  while (!ended) {
    const program = stoppedBelow(git);
    if (program !== undefined) {
      await action(git, program, !reached);
      reached = true;
    }
    // Also who has lost its parent.
    if (reached) signalGroup(git, 'SIGCONT');
    await sleep(5);
  }
  const result = await done;
  if (!reached) throw new Error(`git ${args.join(' ')} never came to ${step}: ${result.stderr}`);
  return result;
}

/** The process that has been stopped among those that `pid` has started. */
function stoppedBelow(pid: number): number | undefined {
  for (const child of read(`/proc/${pid}/task/${pid}/children`).split(' ').filter(Boolean).map(Number)) {
    const stat = read(`/proc/${child}/stat`);
    const found = stat.startsWith('T', stat.lastIndexOf(')') + 2) ? child : stoppedBelow(child);
    if (found !== undefined) return found;
  }
  return undefined;
}

function read(file: string): string {
  try {
    return fs.readFileSync(file, 'latin1');
  } catch {
    // It has ended meanwhile.
    return '';
  }
}

/** What killed processes have left anywhere below a folder: temporary files, locks, journals, records. */
export function leftIn(folder: string): string[] {
  const names = fs.readdirSync(folder, { recursive: true, withFileTypes: true });
  return names
    .filter((entry) => !entry.isDirectory())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))
    .filter((name) =>
      /(^|\/)\.lode-|\.lock$|(^|\/)lode\/(journal|beside|tmp)\/|(^|\/)_tmp\/|\/uploads\//.test(name),
    );
}
