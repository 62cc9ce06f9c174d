import fs from 'node:fs';
import path from 'node:path';
import { LodeError } from '../errors.ts';
import { inside } from './inside.ts';
import type { Repository } from './repository.ts';
import { git } from './run.ts';

/** False for a shallow or partial clone: what is not found there may still be reached from its commits. */
export function hasWholeHistory(repository: Repository): boolean {
  if (fs.existsSync(path.join(repository.commonDir, 'shallow'))) return false;
  return configured(repository, '^(extensions\\.partialclone|remote\\..*\\.promisor)$').length === 0;
}

/** True for a partial clone that may lack more than blobs: git cannot compare its commits without fetching. */
export function mayLackTrees(repository: Repository): boolean {
  const filters = configured(repository, '^remote\\..*\\.partialclonefilter$');
  return filters.some((line) => !line.split('\n')[1]?.startsWith('blob:'));
}

/** The settings whose names match, each as its name, a line feed and its value. */
function configured(repository: Repository, names: string): string[] {
  const { exitCode, stdout, stderr } = git(['config', '-z', '--get-regexp', names], inside(repository));
  if (exitCode === 1) return [];
  if (exitCode === 0) return stdout.toString('utf8').split('\0').filter(Boolean);
  throw new LodeError('GIT_FAILED', `git config failed: ${stderr.trim()}`, { subject: repository.gitDir });
}
