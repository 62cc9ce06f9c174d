import { setTimeout as sleep, setImmediate as turn } from 'node:timers/promises';
import { expect, it, vi } from 'vitest';
import { silenceAfter, usualAnswer, watchSilence } from '../../../src/backend/silence.ts';

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

it('a silence is short beside a store whose answers are quick, and as long as to ask anew beside a slow one', () => {
  expect([5, 50, 250].map((usual) => silenceAfter(usual, 0))).toEqual([1_000, 1_000, 1_000]);
  expect([400, 600].map((usual) => silenceAfter(usual, 0))).toEqual([1_600, 2_400]);
  expect([1_000, 20_000, undefined].map((usual) => silenceAfter(usual, 0))).toEqual([3_000, 3_000, 3_000]);
});

it('a read that was asked for anew is given twice as long each time', () => {
  expect([0, 1, 2, 3].map((silences) => silenceAfter(20, silences))).toEqual([1_000, 2_000, 4_000, 8_000]);
});

it('what an answer usually takes follows a line that becomes slow, not one answer that is late', () => {
  const after = (answers: readonly number[]) =>
    answers.reduce<number | undefined>((usual, ms) => usualAnswer(usual, ms), undefined)!;
  expect(after([40])).toBe(40);
  expect(after([40, 40, 40, 900, 40])).toBeLessThan(150);
  expect(after([40, ...Array.from({ length: 16 }, () => 700)])).toBeGreaterThan(600);
});
