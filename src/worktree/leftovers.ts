import fs from 'node:fs';
import type { Repository } from '../git/repository.ts';
import { type AbandonedFile, abandonedFiles, removeAbandoned, removeLeft } from '../temporary-file.ts';
import { abandonedNotes, journalFolder } from './journal.ts';
import { abandonedRecords, removeBeside } from './temporary-places.ts';

/** True if killed processes have left something in this worktree beside their journals. */
export function hasLeftovers({ ownDir }: Repository): boolean {
  const left = [
    abandonedFiles(ownDir),
    abandonedFiles(journalFolder(ownDir)),
    abandonedNotes(ownDir),
    abandonedRecords(ownDir),
  ];
  return left.some((files) => files.length > 0);
}

/**
 * Removes what killed processes have left in this worktree beside their journals: temporary files, also beside files of the working tree,
 * a lock on git's index that is the second name of one of them, and notes on journals that are gone. Call it holding the drain lock.
 */
export function removeLeftovers(repository: Repository): void {
  const { ownDir, indexFile } = repository;
  for (const abandoned of abandonedFiles(ownDir)) {
    unlock(`${indexFile}.lock`, abandoned);
    removeLeft(abandoned.file);
  }
  removeAbandoned(journalFolder(ownDir));
  for (const note of abandonedNotes(ownDir)) removeLeft(note);
  removeBeside(repository);
}

function unlock(lock: string, { stat }: AbandonedFile): void {
  const held = fs.lstatSync(lock, { bigint: true, throwIfNoEntry: false });
  if (held?.ino === stat.ino && held.dev === stat.dev) fs.rmSync(lock, { force: true });
}
