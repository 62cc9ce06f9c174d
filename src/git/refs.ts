import { inside } from './inside.ts';
import type { Repository } from './repository.ts';
import { git, gitOrThrow } from './run.ts';
import { collectGit } from './stream.ts';

export interface Ref {
  readonly name: string;
  /** The object id that the ref names, hex; a tag's own id, not its commit's. */
  readonly oid: string;
}

/** A remote as git's configuration names it; `name` is the URL itself where a push was given one. */
export interface GitRemote {
  readonly name: string;
  /** Where git would push, as configured: may hold user information. */
  readonly url: string;
}

/** What the git remote's server says that its refs are: asks the network. GIT_FAILED if it does not answer. */
export async function listRemoteRefs(
  repository: Repository,
  remote: GitRemote,
  signal?: AbortSignal,
): Promise<Ref[]> {
  const answer = await collectGit(['ls-remote', '--end-of-options', remote.url], {
    ...inside(repository),
    signal,
  });
  return lines(answer).map((line) => {
    const tab = line.indexOf('\t');
    return { oid: line.slice(0, tab), name: line.slice(tab + 1) };
  });
}

/** The commit, tag or other object that each name stands for here, in order; undefined where it names nothing. */
export function resolveRefs(repository: Repository, names: readonly string[]): (Ref | undefined)[] {
  return names.map((name) => {
    const answer = git(['rev-parse', '--verify', '--quiet', '--end-of-options', name], inside(repository));
    if (answer.exitCode !== 0) return undefined;
    return { name, oid: lines(answer.stdout)[0]! };
  });
}

/** Every branch and tag of this repository. */
export function listLocalRefs(repository: Repository): Ref[] {
  const args = ['for-each-ref', '--format=%(objectname) %(refname)', 'refs/heads', 'refs/tags'];
  return lines(gitOrThrow(args, inside(repository))).map((line) => {
    const space = line.indexOf(' ');
    return { oid: line.slice(0, space), name: line.slice(space + 1) };
  });
}

/** The git remotes of this repository, one for each URL that a push goes to; of one name only, if it is given. */
export function gitRemotes(repository: Repository, name?: string): GitRemote[] {
  const at = inside(repository);
  const names = lines(gitOrThrow(['remote'], at)).filter((each) => name === undefined || each === name);
  return names.flatMap((each) => {
    const urls = gitOrThrow(['remote', 'get-url', '--push', '--all', '--', each], at);
    return lines(urls).map((url) => ({ name: each, url }));
  });
}

/**
 * The name of the remote that `git push` without arguments goes to from the current branch, as git-config(1) says under
 * `remote.pushDefault`: what is configured, else the only one, else `origin`. Undefined where there is none of that
 * name.
 */
export function defaultPushRemote(repository: Repository): string | undefined {
  const at = inside(repository);
  const head = git(['symbolic-ref', '--quiet', 'HEAD'], at);
  const branch = lines(head.stdout)[0];
  const format = '--format=%(push:remotename)';
  const configured = branch && lines(gitOrThrow(['for-each-ref', format, branch], at))[0];
  if (configured) return configured;
  const names = lines(gitOrThrow(['remote'], at));
  return names.length === 1 ? names[0] : names.find((name) => name === 'origin');
}

function lines(output: Buffer): string[] {
  return output.toString('utf8').split('\n').filter(Boolean);
}
