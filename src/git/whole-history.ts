import fs from 'node:fs';
import path from 'node:path';
import { LodeError } from '../errors.ts';
import { inside } from './inside.ts';
import type { Repository } from './repository.ts';
import { git } from './run.ts';

/** False for a shallow or partial clone: what is not found there may still be reached from its commits. */
export function hasWholeHistory(repository: Repository): boolean {
  if (fs.existsSync(path.join(repository.commonDir, 'shallow'))) return false;
  const args = ['config', '--get-regexp', '^(extensions\\.partialclone|remote\\..*\\.promisor)$'];
  const { exitCode, stderr } = git(args, inside(repository));
  if (exitCode > 1)
    throw new LodeError('GIT_FAILED', `git config failed: ${stderr.trim()}`, { subject: repository.gitDir });
  return exitCode === 1;
}
