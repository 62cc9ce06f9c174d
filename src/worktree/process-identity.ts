import { createHash } from 'node:crypto';
import fs from 'node:fs';
import { hostname } from 'node:os';
import { systemCode, unless } from '../errors.ts';

/*
 * `<pid>.<start>.<place>` names one process for good: a PID alone is used again, and machines or containers that share a folder give the
 * same ones out.
 */
let own: string | undefined;

/** This process's name. */
export function ownIdentity(): string {
  own ??= `${process.pid}.${startTime(process.pid) ?? 0}.${place()}`;
  return own;
}

/** True or false as this machine knows; undefined for a process of another machine or container, and for what is no identity. */
export function isAlive(identity: string): boolean | undefined {
  const match = /^([1-9]\d{0,9})\.(\d{1,16})\.([0-9a-f]{8})$/.exec(identity);
  if (match === null || match[3] !== place()) return undefined;
  const pid = Number(match[1]);
  const start = Number(match[2]);
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (systemCode(error) === 'ESRCH') return false;
  }
  const now = readStat(pid);
  if (now === undefined) return true;
  return !now.isDead && (start === 0 || now.start === start);
}

function startTime(pid: number): number | undefined {
  return readStat(pid)?.start;
}

interface ProcessStat {
  /** When the process started, in the kernel's clock ticks since boot. */
  readonly start: number;
  /** It has ended, and nobody has asked for its exit code: in a container without an init nobody ever may. */
  readonly isDead: boolean;
}

/** See proc_pid_stat(5). Undefined where the system does not tell (it has no /proc). */
function readStat(pid: number): ProcessStat | undefined {
  const stat = unless(['ENOENT', 'ENOTDIR', 'ESRCH', 'EACCES'], () =>
    fs.readFileSync(`/proc/${pid}/stat`, 'latin1'),
  );
  if (stat === undefined) return undefined;
  // The second field is the program's name in brackets, which may hold anything; field 22 is the start time.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return { start: Number(fields[19]), isDead: /^[ZXx]$/.test(fields[0]!) };
}

/** Where a PID has its meaning: the host, and on Linux the namespace of its container. */
function place(): string {
  const namespace = unless(['ENOENT', 'EACCES', 'EINVAL'], () => fs.readlinkSync('/proc/self/ns/pid'));
  return createHash('sha256').update(`${hostname()} ${namespace}`).digest('hex').slice(0, 8);
}
