import type { LodeError } from '../errors.ts';
import type { Backend } from './backend.ts';
import type { Operation } from './with-count.ts';

export interface FaultCall {
  readonly operation: Operation;
  /** The key, a list's prefix, or the first key of a delete. */
  readonly key: string;
  /** How many calls of this operation came before. */
  readonly earlier: number;
}

export interface Fault {
  /** Whether the work is done when the fault strikes: an answer that was lost. `before` by default. */
  readonly when?: 'before' | 'after';
  /** Milliseconds to wait. */
  readonly delay?: number;
  /** Thrown. Without one the call goes on. */
  readonly error?: LodeError;
  /** For a get: how many bytes arrive before the error. */
  readonly cut?: number;
}

/** Only for tests: asks `plan` before each request what goes wrong with it. */
export function withFault(backend: Backend, _plan: (call: FaultCall) => Fault | undefined): Backend {
  return backend;
}
