import { LodeError } from '../errors.ts';
import type { Repository } from './repository.ts';

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
  _repository: Repository,
  _remote: GitRemote,
  _signal?: AbortSignal,
): Promise<Ref[]> {
  throw new LodeError('INTERNAL', 'not written yet');
}

/** The git remotes of this repository, with the URL that a push goes to. */
export function gitRemotes(_repository: Repository): GitRemote[] {
  throw new LodeError('INTERNAL', 'not written yet');
}

/** The remote that `git push` without arguments would go to from the current branch: its configuration, else the only one, else `origin`. */
export function defaultPushRemote(_repository: Repository): GitRemote | undefined {
  throw new LodeError('INTERNAL', 'not written yet');
}
