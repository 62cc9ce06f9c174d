import { LodeError } from '../errors.ts';
import type { Pointer } from '../pointer.ts';
import type { Repository } from './repository.ts';

/** A pointer that git keeps as a blob. */
export interface FoundPointer {
  readonly pointer: Pointer;
  /** The blob's object id in git, hex. */
  readonly blob: string;
  /** One path that names it, from the top of the tree, as bytes: git knows no encoding. */
  readonly path: Buffer;
}

/**
 * Every pointer blob of the commits that are reachable from `include` and not from `exclude`, each once. Both hold what `git rev-list`
 * takes: object ids, refs, or (exclude) `--remotes=<name>`. Never fetches: what a partial or shallow clone does not have is passed over.
 * Two git processes stream; memory does not grow with the history.
 */
export async function* pointersInRange(
  _repository: Repository,
  _include: readonly string[],
  _exclude: readonly string[],
  _signal?: AbortSignal,
): AsyncGenerator<FoundPointer> {
  yield* [];
  throw new LodeError('INTERNAL', 'not written yet');
}
