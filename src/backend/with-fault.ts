import type { LodeError } from '../errors.ts';
import type { Backend } from './backend.ts';
import { pagesThrough } from './pages.ts';
import { sleep } from './sleep.ts';
import { newCounts, type Operation } from './with-count.ts';

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
  /** For a get with an `error`: how many bytes arrive before it. */
  readonly cut?: number;
}

/** Only for tests: asks `plan` before each request what goes wrong with it. */
export function withFault(backend: Backend, plan: (call: FaultCall) => Fault | undefined): Backend {
  const counts = newCounts();

  function faultFor(operation: Operation, key: string): Fault {
    const earlier = counts[operation].requests;
    counts[operation].requests += 1;
    return plan({ operation, key, earlier }) ?? {};
  }

  async function strike(fault: Fault, when: 'before' | 'after'): Promise<void> {
    if ((fault.when ?? 'before') !== when) return;
    if (fault.delay !== undefined) await sleep(fault.delay);
    if (fault.error !== undefined) throw fault.error;
  }

  async function run<T>(fault: Fault, work: () => Promise<T>): Promise<T> {
    await strike(fault, 'before');
    const result = await work();
    await strike(fault, 'after');
    return result;
  }

  return {
    url: backend.url,
    async get(key, range, progress = { filled: 0 }) {
      const fault = faultFor('get', key);
      if (fault.cut !== undefined && progress.filled < fault.cut) {
        const { bytes } = await backend.get(key, range);
        progress.bytes ??= Buffer.alloc(bytes.length);
        progress.filled = bytes.copy(progress.bytes, 0, 0, fault.cut);
      }
      return run(fault, () => backend.get(key, range, progress));
    },
    put: (key, body, sha256, onSent) =>
      run(faultFor('put', key), () => backend.put(key, body, sha256, onSent)),
    head: (key) => run(faultFor('head', key), () => backend.head(key)),
    list: (prefix, after) =>
      pagesThrough(backend.list(prefix, after), (next) => run(faultFor('list', prefix), next)),
    delete: (keys) => run(faultFor('delete', keys[0] ?? ''), () => backend.delete(keys)),
    close: () => backend.close(),
  };
}
