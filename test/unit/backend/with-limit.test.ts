import { describe, expect, it } from 'vitest';
import type { Backend, HeadResult } from '../../../src/backend/backend.ts';
import { openMemory } from '../../../src/backend/memory.ts';
import { withLimit } from '../../../src/backend/with-limit.ts';
import { LodeError } from '../../../src/errors.ts';

const throttled = new LodeError('REMOTE_THROTTLED', 'slow down', { retryable: true });
const answer: HeadResult = { found: undefined, now: 0 };

/** A backend whose heads end when the test says how. */
function held(concurrency: number) {
  const waiting: { resolve: (result: HeadResult) => void; reject: (error: unknown) => void }[] = [];
  const head = () => new Promise<HeadResult>((resolve, reject) => waiting.push({ resolve, reject }));
  const backend = withLimit({ ...openMemory(), head }, { concurrency });
  return { waiting, backend };
}

const tick = () => new Promise<void>((resolve) => setImmediate(resolve));

async function ask(backend: Backend, times: number): Promise<void> {
  for (let count = 0; count < times; count += 1) await backend.head('a').catch(() => {});
}

function answering(concurrency: number) {
  let error: unknown;
  const head = () => (error === undefined ? Promise.resolve(answer) : Promise.reject(error));
  const backend = withLimit({ ...openMemory(), head }, { concurrency });
  return { backend, failWith: (next: unknown) => (error = next) };
}

describe('the limit', () => {
  it('lets so many requests run at once, and the others wait in order', async () => {
    const { waiting, backend } = held(3);
    const done = Promise.all(Array.from({ length: 5 }, () => backend.head('a')));
    await tick();
    expect(waiting).toHaveLength(3);
    waiting[0]!.resolve(answer);
    await tick();
    expect(waiting).toHaveLength(4);
    waiting[1]!.resolve(answer);
    await tick();
    for (const { resolve } of waiting) resolve(answer);
    await done;
  });

  it('counts every operation, a page of a list too', async () => {
    const { waiting, backend } = held(1);
    const head = backend.head('a');
    const page = backend.list('')[Symbol.asyncIterator]().next();
    const order: string[] = [];
    void page.then(() => order.push('list'));
    await tick();
    expect(order).toEqual([]);
    waiting[0]!.resolve(answer);
    await head;
    expect((await page).value).toMatchObject({ entries: [] });
  });

  it('halves when the store is overrun, down to one', async () => {
    const { backend, failWith } = answering(16);
    failWith(throttled);
    const seen = [];
    for (let count = 0; count < 6; count += 1) {
      await ask(backend, 1);
      seen.push(backend.concurrency);
    }
    expect(seen).toEqual([8, 4, 2, 1, 1, 1]);
  });

  it('halves once for all that ran at the same time', async () => {
    const { waiting, backend } = held(16);
    const done = Promise.allSettled(Array.from({ length: 16 }, () => backend.head('a')));
    await tick();
    for (const { reject } of waiting) reject(throttled);
    await done;
    expect(backend.concurrency).toBe(8);
  });

  it('rises by one after as many good ones as run at once, and never beyond what was asked for', async () => {
    const { backend, failWith } = answering(4);
    failWith(throttled);
    await ask(backend, 1);
    failWith(undefined);
    expect(backend.concurrency).toBe(2);
    await ask(backend, 2);
    expect(backend.concurrency).toBe(3);
    await ask(backend, 3);
    expect(backend.concurrency).toBe(4);
    await ask(backend, 50);
    expect(backend.concurrency).toBe(4);
  });

  it('stays for what does not come from too many requests', async () => {
    const { backend, failWith } = answering(4);
    for (const code of ['KEY_MISSING', 'REMOTE_FORBIDDEN', 'REMOTE_UNREACHABLE', 'REMOTE_FAILED'] as const) {
      failWith(new LodeError(code, 'no'));
      await ask(backend, 1);
    }
    expect(backend.concurrency).toBe(4);
  });
});
