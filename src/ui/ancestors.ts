import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { unless } from '../errors.ts';

/** A process above this one, as far as the system shows it. */
export interface Ancestor {
  readonly argv: readonly string[];
  readonly parent: number;
}

const MAX_LEVELS = 8;
const GONE = ['ENOENT', 'ESRCH', 'EACCES', 'EPERM'];

/** The command lines above, nearest first. Windows shows none without a process of its own for each. */
export function* ancestors(
  pid: number = process.ppid,
  platform: NodeJS.Platform = process.platform,
): Generator<readonly string[]> {
  if (platform === 'win32') return;
  const look = platform === 'linux' ? fromProc : fromPs;
  let next = pid;
  for (let level = 0; level < MAX_LEVELS && next > 1; level++) {
    const found = look(next);
    if (found === undefined) return;
    yield found.argv;
    next = found.parent;
  }
}

function fromProc(pid: number): Ancestor | undefined {
  return unless(GONE, () => {
    const argv = fs.readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').slice(0, -1);
    const parent = /^PPid:\s*(\d+)$/m.exec(fs.readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return { argv, parent: Number(parent ?? 0) };
  });
}

function fromPs(pid: number): Ancestor | undefined {
  const { stdout, status } = spawnSync('/bin/ps', ['-o', 'ppid=', '-o', 'command=', '-p', String(pid)], {
    encoding: 'utf8',
    timeout: 1000,
  });
  return status === 0 ? parsePs(stdout) : undefined;
}

/** Arguments that hold spaces come apart here: good enough to look for a flag. */
export function parsePs(output: string): Ancestor | undefined {
  const match = /^\s*(\d+)\s+(.*)$/m.exec(output);
  return match === null ? undefined : { argv: match[2]!.split(' '), parent: Number(match[1]) };
}
