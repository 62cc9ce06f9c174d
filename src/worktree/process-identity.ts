import fs from 'node:fs';
import { systemCode, unless } from '../errors.ts';

/**
 * When a process started, in the kernel's clock ticks since boot: with it a PID names one process and not its successor. Undefined
 * where the system does not tell (it has no /proc).
 */
export function startTime(pid: number): number | undefined {
  const stat = unless(['ENOENT', 'ENOTDIR', 'ESRCH', 'EACCES'], () =>
    fs.readFileSync(`/proc/${pid}/stat`, 'latin1'),
  );
  if (stat === undefined) return undefined;
  // The second field is the program's name in brackets, which may hold anything; field 22 is the start time.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return Number(fields[19]);
}

/** True if that very process still runs, as far as this machine can see. */
export function isAlive(pid: number, start: number): boolean {
  if (!Number.isSafeInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (systemCode(error) === 'ESRCH') return false;
  }
  const now = startTime(pid);
  return now === undefined || start === 0 || now === start;
}
