import { spawn } from 'node:child_process';
import fs from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { onTestFinished } from 'vitest';
import { ownIdentity } from '../../src/process-identity.ts';

/** The identity of another process, which lives as long as the test. */
export function livingProcess(): string {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
  onTestFinished(() => void child.kill('SIGKILL'));
  return identityOf(child.pid!);
}

/** The identity of a process that has ended, and whose parent never asks for its exit code. Needs /proc. */
export async function unburiedProcess(): Promise<string> {
  // The shell becomes another program, which knows of no child.
  const parent = spawn('sh', ['-c', 'sleep 0.2 & echo $!; exec sleep 60'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  onTestFinished(() => void parent.kill('SIGKILL'));
  const pid = await new Promise<number>((resolve) =>
    parent.stdout.once('data', (line) => resolve(Number(line))),
  );
  const identity = identityOf(pid);
  while (!fs.readFileSync(`/proc/${pid}/stat`, 'latin1').includes(') Z ')) await sleep(20);
  return identity;
}

/** The part of an identity that says on which machine, since which start of it, in which container. */
export function placeOf(identity: string): string {
  return identity.split('.').slice(2).join('.');
}

/** The identity of a process of this machine that has ended. */
export function deadProcess(): string {
  return `999999999.1.${placeOf(ownIdentity())}`;
}

/** The identity of a process of which nobody here can know whether it lives. */
export const STRANGER = '17.1.00000000.00000000';

function identityOf(pid: number): string {
  const stat = `/proc/${pid}/stat`;
  const start = fs.existsSync(stat) ? fs.readFileSync(stat, 'latin1').split(') ')[1]!.split(' ')[19] : '0';
  return `${pid}.${start}.${placeOf(ownIdentity())}`;
}
