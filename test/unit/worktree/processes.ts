import { spawn } from 'node:child_process';
import fs from 'node:fs';
import { onTestFinished } from 'vitest';
import { ownIdentity } from '../../../src/worktree/process-identity.ts';

/** The identity of another process, which lives as long as the test. */
export function livingProcess(): string {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
  onTestFinished(() => void child.kill('SIGKILL'));
  const stat = `/proc/${child.pid}/stat`;
  const start = fs.existsSync(stat) ? fs.readFileSync(stat, 'latin1').split(') ')[1]!.split(' ')[19] : '0';
  return `${child.pid}.${start}.${ownIdentity().split('.')[2]}`;
}
