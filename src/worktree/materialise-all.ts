import type { Repository } from '../git/repository.ts';
import { type DrainDependencies, type DrainResult, drainJournal } from './drain.ts';

/**
 * Materialises every file of the working tree that is still a pointer, whoever left it: the journal's files, and every
 * entry of git's index whose file holds exactly its pointer.
 */
export function materialiseAll(
  repository: Repository,
  dependencies: DrainDependencies,
): Promise<DrainResult> {
  return drainJournal(repository, dependencies);
}
