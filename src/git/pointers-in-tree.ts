import { LodeError } from '../errors.ts';
import type { FoundPointer } from './pointers-in-range.ts';
import type { Repository } from './repository.ts';

/** Every pointer of one commit's or tree's files, each path once, in git's order. */
export async function* pointersInTree(
  _repository: Repository,
  _treeish: string,
  _signal?: AbortSignal,
): AsyncGenerator<FoundPointer> {
  yield* [];
  throw new LodeError('INTERNAL', 'not written yet');
}

/** Every pointer that git's index of this worktree holds, all stages, each path once a stage. */
export async function* pointersInIndex(
  _repository: Repository,
  _signal?: AbortSignal,
): AsyncGenerator<FoundPointer> {
  yield* [];
  throw new LodeError('INTERNAL', 'not written yet');
}
