import { describe, expect, it } from 'vitest';
import { directoryClock } from '../../../src/backend/directory-clock.ts';

/** A local clock that a test sets, and a server that is an hour ahead and counts how often it was asked. */
function twoClocks() {
  const local = { date: 1_000_000, steady: 0 };
  const server = { ahead: 3_600_000, probes: 0 };
  const clock = directoryClock(
    async () => {
      server.probes += 1;
      return local.date + server.ahead;
    },
    { date: () => local.date, steady: () => local.steady },
  );
  const pass = (ms: number) => {
    local.date += ms;
    local.steady += ms;
  };
  return { local, server, clock, pass };
}

describe('the clock of a folder', () => {
  it('is the server’s, and is asked for once while nothing speaks against it', async () => {
    const { clock, server, pass } = twoClocks();
    expect(await clock.now()).toBe(4_600_000);
    pass(30_000);
    expect(await clock.now()).toBe(4_630_000);
    expect(server.probes).toBe(1);
  });

  it('is asked for once by many at the same time', async () => {
    const { clock, server } = twoClocks();
    expect(await Promise.all([clock.now(), clock.now(), clock.now()])).toEqual(Array(3).fill(4_600_000));
    expect(server.probes).toBe(1);
  });

  it('is asked for again after a minute', async () => {
    const { clock, server, pass } = twoClocks();
    await clock.now();
    pass(60_000);
    await clock.now();
    expect(server.probes).toBe(2);
  });

  it('is asked for again when somebody sets the local clock, forward or back', async () => {
    for (const step of [20_000, -20_000]) {
      const { clock, server, local } = twoClocks();
      await clock.now();
      local.date += step;
      server.ahead -= step;
      expect(await clock.now()).toBe(4_600_000);
      expect(server.probes).toBe(2);
    }
  });

  it('is known from a file that was written anyway', async () => {
    const { clock, server } = twoClocks();
    clock.observe(4_600_000);
    expect(await clock.now()).toBe(4_600_000);
    expect(server.probes).toBe(0);
  });

  it('is the local one where nothing can be written', async () => {
    const clock = directoryClock(async () => undefined, { date: () => 5_000, steady: () => 0 });
    expect(await clock.now()).toBe(5_000);
  });
});
