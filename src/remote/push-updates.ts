import { LodeError } from '../errors.ts';

/** One line that git gives a pre-push hook: which ref of the remote becomes what. See githooks(5). */
export interface RefUpdate {
  /** The ref, or whatever expression `git push` was given for the commit. */
  readonly localRef: string;
  /** What the remote's ref becomes, hex; undefined if it is deleted. */
  readonly localOid: string | undefined;
  readonly remoteRef: string;
  /** What the remote's ref is, hex; undefined if it does not exist, or if nobody said. */
  readonly remoteOid: string | undefined;
}

/** The first field may hold blanks (`HEAD^{/some words}:main`), so the line is read from its end. */
const LINE = /^(.+) ([0-9a-f]{40}|[0-9a-f]{64}) (\S+) ([0-9a-f]{40}|[0-9a-f]{64})$/;
const NO_OBJECT = /^0+$/;

/**
 * The lines `<local-ref> <local-oid> <remote-ref> <remote-oid>` that git writes to a pre-push hook; an object id of
 * zeros (sha1 or sha256) means that there is none. Empty input is no update. Anything else is USAGE.
 */
export function parsePrePush(stdin: string): RefUpdate[] {
  return stdin
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const match = LINE.exec(line.endsWith('\r') ? line.slice(0, -1) : line);
      if (match === null) {
        throw new LodeError('USAGE', 'this is not what git gives a pre-push hook', {
          subject: line.slice(0, 200),
          hint: 'git lode push',
        });
      }
      const [, localRef, localOid, remoteRef, remoteOid] = match as unknown as [
        string,
        string,
        string,
        string,
        string,
      ];
      return { localRef, localOid: existing(localOid), remoteRef, remoteOid: existing(remoteOid) };
    });
}

function existing(oid: string): string | undefined {
  return NO_OBJECT.test(oid) ? undefined : oid;
}
