import { LodeError } from '../errors.ts';

/** One line that git gives a pre-push hook: which ref of the remote becomes what. See githooks(5). */
export interface RefUpdate {
  readonly localRef: string;
  /** What the remote's ref becomes, hex; undefined if it is deleted. */
  readonly localOid: string | undefined;
  readonly remoteRef: string;
  /** What the remote's ref is, hex; undefined if it does not exist. */
  readonly remoteOid: string | undefined;
}

/**
 * The lines `<local-ref> <local-oid> <remote-ref> <remote-oid>` that git writes to a pre-push hook; an object id of zeros (sha1 or sha256)
 * means that there is none. Empty input is no update. Anything else is USAGE.
 */
export function parsePrePush(_stdin: string): RefUpdate[] {
  throw new LodeError('INTERNAL', 'not written yet');
}
