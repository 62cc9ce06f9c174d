import { setTimeout as sleep, setImmediate as turn } from 'node:timers/promises';
import { expect, it, vi } from 'vitest';
import { watchSilence } from '../../../src/backend/silence.ts';

it('silence is told once, and not while something is heard', async () => {
  const stop = vi.fn();
  const watch = watchSilence(90, stop);
  for (let i = 0; i < 12; i++) {
    await sleep(15);
    watch.heard();
  }
  expect(stop).not.toHaveBeenCalled();
  await vi.waitFor(() => expect(stop).toHaveBeenCalledOnce());
  await sleep(120);
  expect(stop).toHaveBeenCalledOnce();
});

it('a process that was busy for long hears first what has come by then', async () => {
  const stop = vi.fn();
  const watch = watchSilence(60, stop);
  for (let i = 0; i < 3; i++) {
    const until = performance.now() + 150;
    while (performance.now() < until);
    await turn();
    watch.heard();
  }
  watch.end();
  expect(stop).not.toHaveBeenCalled();
});

it('nothing is told after the end', async () => {
  const stop = vi.fn();
  watchSilence(15, stop).end();
  await sleep(60);
  expect(stop).not.toHaveBeenCalled();
});
