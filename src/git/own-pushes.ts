import { inside } from './inside.ts';
import { resolveRefs } from './refs.ts';
import type { Repository } from './repository.ts';
import { gitOrThrow } from './run.ts';

/** Pushes from this clone that followed each other on one remote-tracking ref. */
export interface OwnPushes {
  /** What they moved the ref to, youngest first; at least one. */
  readonly tips: readonly string[];
  /** What the remote had before them: the ref's own value, or those of its other refs if this one was new. */
  readonly before: readonly string[];
}

/** Each entry costs git a look at its commit; older ones are left alone. */
const MAX_ENTRIES = 500;
/** What git itself writes into the reflog of a remote-tracking ref, in every language. */
const BY_PUSH = 'update by push';

/** The pushes to `remote` that git's reflogs tell of, as unbroken series of those for which `chosen` is true. Asks no network. */
export function ownPushes(
  repository: Repository,
  remote: string,
  chosen: (tip: string) => boolean,
): OwnPushes[] {
  const format = '--format=%H%x00%gD%x00%gs';
  const args = ['log', '--walk-reflogs', '-n', String(MAX_ENTRIES), format, `--remotes=${remote}`];
  const reflogs = new Map<string, { tip: string; wanted: boolean }[]>();
  for (const line of gitOrThrow(args, inside(repository)).toString('utf8').split('\n').filter(Boolean)) {
    const [tip = '', selector = '', subject] = line.split('\0');
    const ref = selector.replace(/@\{\d+\}$/, '');
    if (!reflogs.has(ref)) reflogs.set(ref, []);
    reflogs.get(ref)!.push({ tip, wanted: subject === BY_PUSH && chosen(tip) });
  }
  const isWanted = (oid: string) =>
    [...reflogs.values()].some((entries) => entries.some(({ tip, wanted }) => wanted && tip === oid));
  return [...reflogs].flatMap(([ref, entries]) =>
    series(entries).map(({ tips, next }) => {
      // The oldest entry of a reflog still says what was before it.
      const own = entries[next]?.tip ?? resolveRefs(repository, [`${ref}@{${entries.length}}`])[0]?.oid;
      const before = own === undefined ? trackingTips(repository, remote) : [own];
      return { tips, before: before.filter((oid) => !isWanted(oid)) };
    }),
  );
}

function trackingTips(repository: Repository, remote: string): string[] {
  const args = ['for-each-ref', '--format=%(objectname)', `refs/remotes/${remote}/`];
  return gitOrThrow(args, inside(repository)).toString('latin1').split('\n').filter(Boolean);
}

/** The runs of wanted entries; `next` is the place of the entry after each. */
function series(entries: readonly { tip: string; wanted: boolean }[]): { tips: string[]; next: number }[] {
  const found: { tips: string[]; next: number }[] = [];
  for (const [at, { tip, wanted }] of entries.entries()) {
    if (!wanted) continue;
    const last = found.at(-1);
    if (last?.next === at) {
      last.tips.push(tip);
      last.next = at + 1;
    } else {
      found.push({ tips: [tip], next: at + 1 });
    }
  }
  return found;
}
