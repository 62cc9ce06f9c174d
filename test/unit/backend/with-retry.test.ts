import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Backend, ReadProgress } from '../../../src/backend/backend.ts';
import { openMemory } from '../../../src/backend/memory.ts';
import { type Fault, type FaultCall, withFault } from '../../../src/backend/with-fault.ts';
import {
  type RetryEvent,
  type RetryOptions,
  waitBefore,
  withRetry,
} from '../../../src/backend/with-retry.ts';
import { type ErrorDetails, LodeError } from '../../../src/errors.ts';

const failure = (
  code: 'REMOTE_FAILED' | 'REMOTE_THROTTLED' | 'REMOTE_CLOCK' | 'REMOTE_UNREACHABLE',
  more: ErrorDetails = {},
) => new LodeError(code, 'failed', { retryable: true, ...more });
const broken = failure('REMOTE_FAILED');
const bytes = Buffer.from('some bytes');
const sha256 = createHash('sha256').update(bytes).digest('hex');
const atOnce: RetryOptions = { sleep: async () => {} };

/** A memory whose calls fail as planned, the retry around it, and a record of the calls. */
function faulty(plan: (call: FaultCall) => Fault | undefined, options: RetryOptions = atOnce) {
  const memory = openMemory();
  const calls: string[] = [];
  const failing = withFault(memory, (call) => {
    calls.push(`${call.operation} ${call.key}`);
    return plan(call);
  });
  return { memory, calls, backend: withRetry(failing, options) };
}

describe('a request that failed', () => {
  it('is repeated when it may pass later', async () => {
    const { backend, calls } = faulty(({ earlier }) => (earlier < 3 ? { error: broken } : undefined));
    expect((await backend.head('a')).found).toBeUndefined();
    expect(calls).toHaveLength(4);
  });

  it('is not repeated when it cannot pass', async () => {
    const { backend, calls } = faulty(() => ({ error: new LodeError('REMOTE_FORBIDDEN', 'no') }));
    await expect(backend.get('a')).rejects.toMatchObject({ code: 'REMOTE_FORBIDDEN' });
    expect(calls).toHaveLength(1);
  });

  it('is not repeated when it failed for a fault of ours', async () => {
    const backend = withRetry({ ...openMemory(), head: () => Promise.reject(new TypeError('bug')) }, atOnce);
    await expect(backend.head('a')).rejects.toBeInstanceOf(TypeError);
  });

  it('fails with its own error after eight tries', async () => {
    const events: RetryEvent[] = [];
    const { backend, calls } = faulty(() => ({ error: broken }), {
      ...atOnce,
      onRetry: (event) => events.push(event),
    });
    await expect(backend.get('a/b')).rejects.toBe(broken);
    expect(calls).toHaveLength(8);
    expect(events.map(({ attempt }) => attempt)).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(events[0]).toMatchObject({ action: 'download a/b', error: broken });
  });

  it('for a wrong clock is repeated once: the SDK has set its own right by then', async () => {
    const { backend, calls } = faulty(() => ({ error: failure('REMOTE_CLOCK') }));
    await expect(backend.head('a')).rejects.toMatchObject({ code: 'REMOTE_CLOCK' });
    expect(calls).toHaveLength(2);
  });
});

describe('a store that cannot be reached', () => {
  const lost = failure('REMOTE_UNREACHABLE');

  /** Lost from the `from`th request on, for `ms` of a clock that only the waits move. */
  function losing(from: number, ms: number) {
    let now = 0;
    let since: number | undefined;
    const options: RetryOptions = {
      random: () => 0.999,
      clock: () => now,
      sleep: async (wait) => {
        now += wait;
      },
    };
    return faulty(({ earlier }) => {
      if (earlier < from) return undefined;
      since ??= now;
      return now - since < ms ? { error: lost } : undefined;
    }, options);
  }

  it('is waited for if it has answered before: thirty seconds without a network, and more', async () => {
    const { backend, calls } = losing(1, 100_000);
    await backend.head('a');
    await backend.head('a');
    expect(calls.length).toBeGreaterThan(20);
  });

  it('is given up after two minutes', async () => {
    const { backend } = losing(1, 1e9);
    await backend.head('a');
    await expect(backend.head('a')).rejects.toBe(lost);
  });

  it('is given up soon if it has never answered: a clone goes on without it', async () => {
    const { backend, calls } = losing(0, 1e9);
    await expect(backend.head('a')).rejects.toBe(lost);
    expect(calls).toHaveLength(4);
  });

  it('has been there if it refused something', async () => {
    const { backend } = faulty(({ earlier }) => {
      if (earlier === 0) return { error: new LodeError('REMOTE_FORBIDDEN', 'no') };
      return earlier < 12 ? { error: lost } : undefined;
    });
    await expect(backend.head('a')).rejects.toMatchObject({ code: 'REMOTE_FORBIDDEN' });
    expect((await backend.head('a')).found).toBeUndefined();
  });
});

describe('a write that failed', () => {
  const put = (backend: Backend) => backend.put('a', [bytes], sha256);

  it('is looked for before it is repeated', async () => {
    const { backend, calls } = faulty(({ operation, earlier }) =>
      operation === 'put' && earlier === 0 ? { error: broken } : undefined,
    );
    expect((await put(backend)).outcome).toBe('created');
    expect(calls).toEqual(['put a', 'head a', 'put a']);
  });

  it('but had arrived is not repeated', async () => {
    const { backend, calls } = faulty(({ operation }) =>
      operation === 'put' ? { error: broken, when: 'after' } : undefined,
    );
    expect((await put(backend)).outcome).toBe('exists');
    expect(calls).toEqual(['put a', 'head a']);
  });

  it('for a reason that the look brings out fails with that', async () => {
    const { backend } = faulty(({ operation }) => ({
      error: operation === 'put' ? broken : new LodeError('REMOTE_FORBIDDEN', 'no'),
    }));
    await expect(put(backend)).rejects.toMatchObject({ code: 'REMOTE_FORBIDDEN' });
  });

  it('beside a file of another size is not repeated', async () => {
    const { memory, backend } = faulty(({ operation }) =>
      operation === 'put' ? { error: broken } : undefined,
    );
    memory.files.set('a', { bytes: Buffer.from('other'), time: 0 });
    await expect(put(backend)).rejects.toMatchObject({ code: 'REMOTE_FORMAT' });
  });
});

describe('a read that broke', () => {
  it('hands what it has to the next try', async () => {
    const seen: number[] = [];
    const memory = openMemory();
    await memory.put('a', [bytes], sha256);
    const watched: Backend = {
      ...memory,
      get(key, range, progress?: ReadProgress) {
        seen.push(progress?.filled ?? -1);
        return memory.get(key, range, progress);
      },
    };
    const plan = ({ operation, earlier }: FaultCall) =>
      operation === 'get' && earlier < 2 ? { error: broken, cut: 3 * (earlier + 1) } : undefined;
    const backend = withRetry(withFault(watched, plan), atOnce);
    expect((await backend.get('a')).bytes.equals(bytes)).toBe(true);
    // The fault reads for itself twice; the third is the try that came through.
    expect(seen.at(-1)).toBe(6);
  });

  it('is gone on with for more than two minutes while something comes each time', async () => {
    const lost = failure('REMOTE_UNREACHABLE');
    const content = Buffer.alloc(100, 1);
    let now = 0;
    const { memory, backend, calls } = faulty(
      ({ earlier }) => (earlier < 80 ? { error: lost, cut: earlier + 1 } : undefined),
      {
        random: () => 0.999,
        clock: () => now,
        sleep: async (wait) => {
          now += wait;
        },
      },
    );
    memory.files.set('a', { bytes: content, time: 0 });
    expect((await backend.get('a')).bytes.equals(content)).toBe(true);
    expect(calls).toHaveLength(81);
    expect(now).toBeGreaterThan(240_000);
  });
});

describe('a list that broke', () => {
  it('goes on behind the last key, and tells each key once', async () => {
    const plan = ({ operation, earlier }: FaultCall) =>
      operation === 'list' && (earlier === 1 || earlier === 3) ? { error: broken } : undefined;
    const { memory, backend } = faulty(plan);
    const names = Array.from({ length: 2_500 }, (_, index) => `k/${String(index).padStart(4, '0')}`);
    for (const name of names) memory.files.set(name, { bytes, time: 0 });
    const keys: string[] = [];
    for await (const { entries } of backend.list('k/')) keys.push(...entries.map(({ key }) => key));
    expect(keys).toEqual(names);
  });
});

describe('the wait before the next try', () => {
  it('rises, is random, and has a bound', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 30 }),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (attempt, random) => {
          const wait = waitBefore(attempt, broken, random);
          expect(wait).toBeGreaterThanOrEqual(0);
          expect(wait).toBeLessThanOrEqual(Math.min(20_000, 200 * 2 ** (attempt - 1)));
        },
      ),
    );
    expect([1, 2, 3, 8, 20].map((attempt) => waitBefore(attempt, broken, 0.5))).toEqual([
      100, 200, 400, 10_000, 10_000,
    ]);
  });

  it('is five times as long for a store that is overrun', () => {
    expect(waitBefore(1, failure('REMOTE_THROTTLED'), 0.5)).toBe(500);
    expect(waitBefore(10, failure('REMOTE_THROTTLED'), 0.5)).toBe(10_000);
  });

  it('is at least what the store asks for, but never longer than 80 s', () => {
    expect(waitBefore(1, failure('REMOTE_THROTTLED', { retryAfter: 3_000 }), 0)).toBe(3_000);
    expect(waitBefore(9, failure('REMOTE_THROTTLED', { retryAfter: 10 ** 9 }), 0.999)).toBeLessThan(80_000);
  });

  it('ends at once when the signal fires', async () => {
    const controller = new AbortController();
    const slow = failure('REMOTE_THROTTLED', { retryAfter: 60_000 });
    const onRetry = () => setTimeout(() => controller.abort(), 5);
    const { backend } = faulty(() => ({ error: slow }), { signal: controller.signal, onRetry });
    await expect(backend.head('a')).rejects.toMatchObject({ code: 'INTERRUPTED' });
  });
});
