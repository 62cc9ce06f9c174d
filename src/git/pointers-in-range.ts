import { MAX_POINTER_BYTES } from '../pointer.ts';
import { type FoundPointer, type NamedBlob, pointerBlobs, type Where } from './blobs.ts';
import { inside } from './inside.ts';
import { splitRecords } from './records.ts';
import type { Repository } from './repository.ts';
import { collectGit, streamGit } from './stream.ts';

export type { FoundPointer } from './blobs.ts';

/**
 * Every pointer blob of the commits that are reachable from `include` and not from `exclude`, each once. Both hold what
 * `git rev-list` takes: object ids, refs, or `--remotes=<name>`, `--branches`, `--tags`, `--all`; an object id in `exclude` that is not here excludes nothing. Never
 * fetches: what a partial or shallow clone does not have is passed over. Two git processes stream; memory does not grow
 * with the history. A path that holds a line feed is cut there.
 */
export async function* pointersInRange(
  repository: Repository,
  include: readonly string[],
  exclude: readonly string[],
  signal?: AbortSignal,
): AsyncGenerator<FoundPointer, void, undefined> {
  if (include.length === 0) return;
  const where = { ...inside(repository), signal };
  const { patterns, commits } = await present(exclude, where);
  const args = [
    'rev-list',
    '--objects',
    '--filter=object:type=blob',
    `--filter=blob:limit=${MAX_POINTER_BYTES + 1}`,
    // Also keeps git from fetching what is promised and not here.
    '--missing=allow-any',
    '--stdin',
    ...include.filter(isPattern),
    '--not',
    ...patterns,
  ];
  const revisions = [
    ...include.filter((revision) => !isPattern(revision)),
    ...commits.map((oid) => `^${oid}`),
  ];
  const listed = streamGit(args, {
    ...where,
    input: [Buffer.from(revisions.map((line) => `${line}\n`).join(''))],
  });
  yield* pointerBlobs(named(splitRecords(listed, LF)), where);
}

/** `--missing` and `--no-walk` pass over what is not here, fetching nothing, and turn tags into their commits. */
async function present(exclude: readonly string[], where: Where) {
  const patterns = exclude.filter(isPattern);
  const oids = exclude.filter((revision) => !isPattern(revision));
  if (oids.length === 0) return { patterns, commits: [] };
  const args = ['rev-list', '--no-walk', '--ignore-missing', '--missing=allow-any', '--stdin'];
  const answer = await collectGit(args, {
    ...where,
    input: [Buffer.from(oids.map((oid) => `${oid}\n`).join(''))],
  });
  return { patterns, commits: answer.toString('latin1').split('\n').filter(Boolean) };
}

/** `<oid> <path>` a line; a line without a path is what `include` named itself. */
async function* named(lines: AsyncIterable<Buffer[]>): AsyncGenerator<NamedBlob[], void, undefined> {
  for await (const batch of lines) {
    yield batch.map((line) => {
      const space = line.indexOf(SPACE);
      const end = space < 0 ? line.length : space;
      return { blob: line.toString('latin1', 0, end), path: line.subarray(end + 1) };
    });
  }
}

function isPattern(revision: string): boolean {
  return revision.startsWith('--');
}

const SPACE = 32;
const LF = 10;
