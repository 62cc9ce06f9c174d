import { describe, expect, it } from 'vitest';
import { openMemory } from '../../../src/backend/memory.ts';
import { StoreClock, withClock } from '../../../src/remote/store-clock.ts';
import { sha256 } from '../../support/remote-fixtures.ts';

function local() {
  const time = { wall: 1_000_000, monotonic: 50 };
  return { time, clocks: { wall: () => time.wall, monotonic: () => time.monotonic } };
}

describe('the store’s clock', () => {
  it('is its last reply, carried on by what has passed here', () => {
    const { time, clocks } = local();
    const clock = new StoreClock(clocks);
    clock.note(5_000);
    time.wall += 300;
    time.monotonic += 300;
    expect(clock.now()).toBe(5_300);
    clock.note(6_000);
    expect(clock.now()).toBe(6_000);
    expect(clock.elapsed()).toBe(300);
  });

  it('counts the time for which the machine slept, and does not go back when its clock is set', () => {
    const { time, clocks } = local();
    const clock = new StoreClock(clocks);
    clock.note(5_000);
    time.wall += 3_600_000;
    time.monotonic += 10;
    expect(clock.now()).toBe(3_605_000);
    time.wall -= 7_200_000;
    expect(clock.now()).toBe(5_010);
  });

  it('is this machine’s own before the first reply', () => {
    const { clocks } = local();
    expect(new StoreClock(clocks).now()).toBe(1_000_000);
  });

  it('is told of every reply', async () => {
    let now = 1000;
    const clock = new StoreClock(local().clocks);
    const backend = withClock(openMemory({ clock: () => now }), clock);
    const bytes = Buffer.from('x');
    const replies = [
      () => backend.put('packs/x', [bytes], sha256(bytes)),
      () => backend.get('packs/x'),
      () => backend.head('packs/x'),
      async () => {
        for await (const page of backend.list('packs/')) expect(page.entries).toHaveLength(1);
      },
    ];
    for (const reply of replies) {
      now += 1000;
      await reply();
      expect(clock.now()).toBe(now);
    }
  });
});
