import { inside } from './inside.ts';
import type { Repository } from './repository.ts';
import { git } from './run.ts';

/** What the remote-tracking refs say of a commit that was pushed. */
export interface Arrival {
  /** True if one of them reaches it. */
  readonly reached: boolean;
  /** When one of them came to name it, ms since 1970 on this machine's clock; undefined where no reflog tells. */
  readonly at: number | undefined;
}

/** When the refs of `remoteName` here came to reach the commit. A commit that is not here is not reached. */
export function arrivalOf(repository: Repository, remoteName: string, commit: string): Arrival {
  const where = inside(repository);
  const args = ['for-each-ref', `--contains=${commit}`, '--format=%(refname)', `refs/remotes/${remoteName}/`];
  const answer = git(args, where);
  const refs = answer.exitCode === 0 ? lines(answer.stdout) : [];
  const times = refs.flatMap((ref) => {
    const reflog = git(['reflog', 'show', '--date=unix', '--format=%H %gd', ref], where);
    return lines(reflog.stdout).flatMap((line) => {
      const match = /^([0-9a-f]+) .*@\{(\d+)\}$/.exec(line);
      return match?.[1] === commit ? [Number(match[2]) * 1000] : [];
    });
  });
  return { reached: refs.length > 0, at: times.length === 0 ? undefined : Math.min(...times) };
}

function lines(output: Buffer): string[] {
  return output.toString('utf8').split('\n').filter(Boolean);
}
