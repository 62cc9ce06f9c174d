import path from 'node:path';
import type { Repository } from '../git/repository.ts';
import { hasWholeHistory } from '../git/whole-history.ts';
import { readCacheFile, writeCacheFile } from './cache-file.ts';

const MAX_COMMITS = 256;
const MAX_BYTES = MAX_COMMITS * 80;

/**
 * Commits that reach no pointer at all, so that a repository without tracked files is not searched from its beginning
 * at every push. Kept in `<sharedDir>/push/no-pointers`, an object id a line.
 */
export function pointerlessCommits(repository: Repository): string[] {
  const text = readCacheFile(fileOf(repository), MAX_BYTES)?.toString('latin1') ?? '';
  return text.split('\n').filter((line) => /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(line));
}

/** Remembers that all that `tips` reach has been searched. A clone that does not have all of it proves nothing. */
export function rememberPointerless(repository: Repository, tips: readonly string[]): void {
  if (!hasWholeHistory(repository)) return;
  const commits = [...new Set([...tips, ...pointerlessCommits(repository)])].slice(0, MAX_COMMITS);
  writeCacheFile(fileOf(repository), Buffer.from(`${commits.join('\n')}\n`, 'latin1'));
}

function fileOf({ sharedDir }: Repository): string {
  return path.join(sharedDir, 'push', 'no-pointers');
}
