import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FaultPoint } from '../../src/fault-point.ts';
import type { DataRepository } from './data-repository.ts';
import { type RunResult, signalGroup } from './sandbox.ts';

/** How a git command comes to an untimely end while our program is at a step: who gets which signal. */
export interface Way {
  readonly name: string;
  readonly signal: NodeJS.Signals;
  readonly whom: 'program' | 'git' | 'group';
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
export const ALL_KILLED = way('all killed', 'SIGKILL', 'group');

/**
 * Runs git, and sends the signal when our program, started by git as a filter or a hook, is at the step. Gives git's end; throws if the
 * step was never reached. Needs /proc.
 */
export async function interrupted(
  repository: DataRepository,
  args: readonly string[],
  step: FaultPoint,
  { signal, whom }: Way,
): Promise<RunResult> {
  // The program stops itself at the step, and goes on, if it still can, when the signal has been sent.
  const { child, done } = repository.box.start('git', args, {
    cwd: repository.dir,
    env: { GIT_LODE_FAULT_AT: `${step} SIGSTOP` },
    ownGroup: true,
  });
  const leader = child.pid!;
  let [reached, ended] = [false, false];
  void done.finally(() => {
    ended = true;
  });
  while (!ended) {
    const stopped = stoppedIn(leader);
    if (stopped !== undefined) {
      if (!reached && whom === 'group') signalGroup(leader, signal);
      else if (!reached) process.kill(whom === 'git' ? leader : stopped, signal);
      reached = true;
      signalGroup(leader, 'SIGCONT');
    }
    await sleep(5);
  }
  const result = await done;
  if (!reached) throw new Error(`git ${args.join(' ')} never came to ${step}: ${result.stderr}`);
  return result;
}

/** A process of the group that has been stopped. */
function stoppedIn(group: number): number | undefined {
  const pids = fs.readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  const found = pids.find((pid) => {
    const stat = readStat(pid);
    const [state, , leader] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return Number(leader) === group && state === 'T';
  });
  return found === undefined ? undefined : Number(found);
}

function readStat(pid: string): string {
  try {
    return fs.readFileSync(`/proc/${pid}/stat`, 'latin1');
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
      /(^|\/)\.lode-|\.lock$|\/lode\/(journal|beside|tmp)\/|(^|\/)_tmp\/|\/uploads\//.test(name),
    );
}
