import { describe, expect, it } from 'vitest';
import { openMemory } from '../../../src/backend/memory.ts';
import { withFault } from '../../../src/backend/with-fault.ts';
import { DAY, HOUR, U } from '../../../src/remote/times.ts';
import { A, clocks, expectWhole, names, once, tablesOf } from '../../support/push-remote.ts';
import { Pusher } from '../../support/pusher.ts';
import { noise } from '../../support/remote-fixtures.ts';

describe('a push that takes long', () => {
  it('checks again if an hour passed since it read the marks', async () => {
    const time = clocks();
    const memory = openMemory({ clock: time.store });
    const pusher = await Pusher.create(memory);
    await pusher.commit({ 'a.bin': A });
    const slow = withFault(memory, ({ operation, key, earlier }) => {
      // The second page, which is none: the listing has begun, and what follows takes more than an hour.
      if (operation === 'list' && key === 'marks/' && earlier === 3) time.pass(HOUR + 1);
      return undefined;
    });
    pusher.use(slow);
    await pusher.hook({ clocks: time.local });
    expect(pusher.counts.list.requests).toBe(3);
    expect(names(memory, 'index/')).toHaveLength(1);
  });

  it('publishes again if its table is older than U', async () => {
    const time = clocks();
    const memory = openMemory({ clock: time.store });
    const pusher = await Pusher.create(memory);
    await pusher.commit({ 'a.bin': A });
    pusher.use(
      once(
        memory,
        ({ operation, key }) => operation === 'list' && key === 'marks/',
        () => time.pass(U + 1),
      ),
    );
    await pusher.hook({ clocks: time.local });
    expect(names(memory, 'index/')).toHaveLength(2);
    expect(names(memory, 'packs/')).toHaveLength(1);
  });

  it('publishes daily what it has, after U/2', async () => {
    const time = clocks();
    const memory = openMemory({ clock: time.store });
    const pusher = await Pusher.create(memory);
    const contents = Array.from({ length: 8 }, (_, i) => noise(20_000, i + 1));
    await pusher.commit(Object.fromEntries(contents.map((content, i) => [`${i}.bin`, content])));
    await pusher.hook({ clocks: time.local, onOpen: () => time.pass(DAY / 2) });
    expect(tablesOf(memory).map(({ size }) => size)).toEqual([2, 4, 6, 8]);
    expect(names(memory, 'packs/')).toHaveLength(4);
    await expectWhole(memory, contents);
  });

  it('publishes between two batches of small objects, a megabyte each', async () => {
    const time = clocks();
    const memory = openMemory({ clock: time.store });
    const pusher = await Pusher.create(memory);
    const contents = Array.from({ length: 150 }, (_, i) => noise(15_000, i + 1));
    await pusher.commit(Object.fromEntries(contents.map((content, i) => [`${i}.bin`, content])));
    await pusher.hook({ clocks: time.local, onOpen: () => time.pass(DAY / 40) });
    expect(tablesOf(memory).map(({ size }) => size)).toEqual([70, 140, 150]);
    expect(names(memory, 'packs/')).toHaveLength(3);
    await expectWhole(memory, contents);
  });
});
