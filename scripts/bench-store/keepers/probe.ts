import { spawnSync } from 'node:child_process';

/** The version that a program says it has, by the first number with a dot that it prints; undefined if it cannot be started. */
export function probeVersion(command: string, ...args: string[]): string | undefined {
  const { status, stdout } = spawnSync(command, args, { encoding: 'utf8' });
  return status === 0 ? (/\d+(?:\.\d+)+/.exec(stdout)?.[0] ?? 'unknown version') : undefined;
}
