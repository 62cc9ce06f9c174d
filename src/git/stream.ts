import { LodeError } from '../errors.ts';

export interface GitStreamOptions {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Written to git's standard input as it asks for more; git's standard input is empty without it. */
  readonly input?: AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
  readonly signal?: AbortSignal;
}

/**
 * git's standard output, piece by piece, with back-pressure both ways. Leaving the loop early ends git. A non-zero exit is GIT_FAILED
 * with git's own words; that git could not be started is GIT_MISSING; an aborted signal is INTERRUPTED.
 */
export async function* streamGit(
  _args: readonly string[],
  _options: GitStreamOptions,
): AsyncGenerator<Buffer> {
  yield Buffer.alloc(0);
  throw new LodeError('INTERNAL', 'not written yet');
}
