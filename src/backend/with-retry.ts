import type { LodeError } from '../errors.ts';
import type { Backend } from './backend.ts';

export interface RetryEvent {
  /** What is done again, as people read it: `upload packs/ab…`. */
  readonly action: string;
  /** The try that failed, from 1. */
  readonly attempt: number;
  /** Milliseconds until the next. */
  readonly delay: number;
  readonly error: LodeError;
}

export interface RetryOptions {
  /** Tries in all; 8 by default. */
  readonly attempts?: number;
  readonly signal?: AbortSignal;
  readonly onRetry?: (event: RetryEvent) => void;
  /** In [0, 1). */
  readonly random?: () => number;
  /** Resolves after `ms`, rejects with `INTERRUPTED` when the signal fires. */
  readonly sleep?: (ms: number, signal?: AbortSignal) => Promise<void>;
}

/** Repeats what failed with `retryable`. */
export function withRetry(backend: Backend, _options: RetryOptions = {}): Backend {
  return backend;
}
