import { type FoundPointer, type NamedBlob, pointersAmong, type Where } from './blobs.ts';
import { splitRecords } from './records.ts';
import { git } from './run.ts';
import { streamGit } from './stream.ts';

/** A change that leaves a regular file: `:<old mode> <mode> <old blob> <blob> <status>`. */
const CHANGE = /^:\d{6} 100\d{3} [0-9a-f]+ ([0-9a-f]+) [AMT]$/;
/** Changes that are looked at together: bounds what is held in memory, however many plain files the history has. */
const BATCH = 65_536;

/**
 * Every pointer that a commit of `revisions` wrote at a path, the oldest commits' first, and a commit's in the order of their paths; the
 * same one again if it was written again. `revisions` are what `git log` takes (`main`, `v1..v2`), `paths` pathspecs as from
 * `where.cwd`, none of them for all. Of a merge only what differs from its first parent is listed: the other side's commits list the
 * rest. What git does not have here is passed over.
 */
export async function* versionsInRange(
  revisions: readonly string[],
  paths: readonly string[],
  where: Where,
): AsyncGenerator<FoundPointer, void, undefined> {
  if (revisions.length === 0) return;
  let batch: NamedBlob[] = [];
  for await (const changes of changesOf(revisions, paths, where)) {
    for (const change of changes) batch.push(change);
    if (batch.length < BATCH) continue;
    yield* withPointers(batch, where);
    batch = [];
  }
  yield* withPointers(batch, where);
}

/** True if `git log` takes it for a commit or a range of commits. */
export function isRevision(revision: string, where: Where): boolean {
  return git(['rev-list', '--max-count=0', '--end-of-options', revision, '--'], where).exitCode === 0;
}

async function* withPointers(
  batch: readonly NamedBlob[],
  where: Where,
): AsyncGenerator<FoundPointer, void, undefined> {
  if (batch.length === 0) return;
  const found = new Map<string, FoundPointer>();
  for await (const each of pointersAmong(new Set(batch.map(({ blob }) => blob)), where))
    found.set(each.blob, each);
  for (const { blob, path } of batch) {
    const known = found.get(blob);
    if (known !== undefined) yield { pointer: known.pointer, blob, path };
  }
}

async function* changesOf(
  revisions: readonly string[],
  paths: readonly string[],
  where: Where,
): AsyncGenerator<NamedBlob[], void, undefined> {
  const args = [
    'log',
    '--format=',
    '--raw',
    '--no-abbrev',
    '-z',
    // Whatever a person's configuration says.
    '--root',
    '--no-renames',
    '--no-follow',
    '--no-relative',
    '--no-show-signature',
    '--no-notes',
    '--diff-merges=first-parent',
    '--diff-filter=AMT',
    // With paths git would leave out a side branch whose change a merge has dropped.
    '--full-history',
    '--topo-order',
    '--reverse',
    '--end-of-options',
    ...revisions,
    '--',
    ...paths,
  ];
  // The records are a change and its path in turn.
  let change: string | undefined;
  for await (const records of splitRecords(streamGit(args, where), NUL)) {
    const changes: NamedBlob[] = [];
    for (const record of records) {
      if (change === undefined) {
        if (record[0] === COLON) change = record.toString('latin1');
        continue;
      }
      const blob = CHANGE.exec(change)?.[1];
      if (blob !== undefined) changes.push({ blob, path: record });
      change = undefined;
    }
    yield changes;
  }
}

const NUL = 0;
const COLON = 58;
