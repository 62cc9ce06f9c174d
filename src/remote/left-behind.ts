import fs from 'node:fs';
import path from 'node:path';
import { ownPushes } from '../git/own-pushes.ts';
import type { Repository } from '../git/repository.ts';
import { readCacheFile, writeCacheFile } from './cache-file.ts';
import { findScope, type PushObject } from './push-scope.ts';

/*
 * A `git push --no-verify` goes up without the hook, and so without its data. git's reflogs name every push of this clone, and
 * `<sharedDir>/push/checked` those whose data was seen to: the others may have left it behind.
 */
const MAX_COMMITS = 4096;
const MAX_BYTES = MAX_COMMITS * 80;

export interface LeftBehind {
  /** What the refs were moved to: their data has to be looked for. */
  readonly tips: readonly string[];
  readonly objects: readonly PushObject[];
}

/** What pushes to a git remote may have left behind, by what this clone knows. Asks no network. */
export async function leftBehind(
  repository: Repository,
  gitRemote: string,
  signal: AbortSignal,
): Promise<LeftBehind> {
  const checked = new Set(checkedCommits(repository));
  const pushes = ownPushes(repository, gitRemote, (tip) => !checked.has(tip));
  const objects = new Map<string, PushObject>();
  for (const { tips, before } of pushes) {
    const scope = await findScope(repository, tips, before, signal);
    for (const object of scope.objects) objects.set(object.oid, object);
  }
  return { tips: pushes.flatMap(({ tips }) => tips), objects: [...objects.values()] };
}

/** Remembers commits whose data, down to what the git remote had before, has been seen to. */
export function rememberChecked(repository: Repository, commits: readonly string[]): void {
  // Never at work here: nothing of ours belongs into somebody's repository.
  if (!fs.existsSync(repository.sharedDir)) return;
  const all = [...new Set([...commits, ...checkedCommits(repository)])].slice(0, MAX_COMMITS);
  writeCacheFile(fileOf(repository), Buffer.from(`${all.join('\n')}\n`, 'latin1'));
}

function checkedCommits(repository: Repository): string[] {
  const text = readCacheFile(fileOf(repository), MAX_BYTES)?.toString('latin1') ?? '';
  return text.split('\n').filter((line) => /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(line));
}

function fileOf({ sharedDir }: Repository): string {
  return path.join(sharedDir, 'push', 'checked');
}
