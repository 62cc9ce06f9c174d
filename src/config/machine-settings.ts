import { LodeError } from '../errors.ts';
import { inside } from '../git/inside.ts';
import type { Repository } from '../git/repository.ts';
import { git } from '../git/run.ts';
import type { Environment } from './settings.ts';

/**
 * `git config lode.*` of this machine: system, global, of the repository, of the worktree, `-c`. Keys are in lower case, as git gives
 * them, without `lode.`; the last value of a key counts. A key without a value is `true`.
 */
export function readMachineSettings(repository: Repository, env: Environment): ReadonlyMap<string, string> {
  const { exitCode, stdout, stderr } = git(
    ['config', '-z', '--get-regexp', '^lode\\.[a-z0-9-]+$'],
    inside(repository, env),
  );
  if (exitCode === 1) return new Map();
  if (exitCode !== 0) {
    throw new LodeError('GIT_FAILED', `git config failed: ${stderr.trim()}`, { subject: repository.gitDir });
  }
  const records = stdout.toString('utf8').split('\0').filter(Boolean);
  return new Map(
    records.map((record) => {
      const end = record.indexOf('\n');
      const key = (end < 0 ? record : record.slice(0, end)).slice('lode.'.length);
      return [key, end < 0 ? 'true' : record.slice(end + 1)];
    }),
  );
}
