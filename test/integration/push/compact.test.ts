import { describe, expect, it } from 'vitest';
import { type MemoryBackend, openMemory } from '../../../src/backend/memory.ts';
import { withFault } from '../../../src/backend/with-fault.ts';
import { LodeError } from '../../../src/errors.ts';
import { DAY, HOUR, R } from '../../../src/remote/times.ts';
import { clocks, expectWhole, mark, names, tablesOf } from '../../support/push-remote.ts';
import { Pusher } from '../../support/pusher.ts';
import { noise } from '../../support/remote-fixtures.ts';

/** Pushes `count` commits of one file each, to a store whose clock goes on by `pause` between them. */
async function pushes(count: number, pause: number) {
  const time = clocks();
  const memory = openMemory({ clock: time.store });
  const pusher = await Pusher.create(memory);
  const contents: Buffer[] = [];
  const pushOne = async () => {
    const content = noise(100, contents.length + 1);
    contents.push(content);
    await pusher.commit({ [`${contents.length}.bin`]: content });
    time.pass(pause);
    return pusher.push({ clocks: time.local });
  };
  for (let i = 0; i < count; i++) await pushOne();
  return { time, memory, pusher, contents, pushOne };
}

const merged = (memory: MemoryBackend) => tablesOf(memory).filter(({ supersedes }) => supersedes.length > 0);

describe('the tables of many small pushes', () => {
  it('become one when sixteen are there, and the old ones go an hour later', async () => {
    const { memory, time, contents, pushOne } = await pushes(17, 1000);
    const [union, ...others] = merged(memory);
    expect(others).toEqual([]);
    expect(union!.size).toBe(16);
    expect(union!.pushes).toHaveLength(16);
    expect(names(memory, 'index/')).toHaveLength(18);
    time.pass(HOUR / 2);
    await pushOne();
    expect(names(memory, 'index/')).toHaveLength(19);
    time.pass(HOUR / 2);
    await pushOne();
    // The union, and the tables of the three pushes since.
    expect(names(memory, 'index/')).toHaveLength(4);
    await expectWhole(memory, contents);
  });

  it('keep their pushes’ first dates, and lose those that are older than R', async () => {
    const { memory } = await pushes(17, 2 * DAY);
    const times = merged(memory)[0]!.pushes.map(({ when }) => when);
    const newest = Math.max(...tablesOf(memory).flatMap(({ pushes }) => pushes.map(({ when }) => when)));
    expect(Math.min(...times)).toBeGreaterThan(newest - R - DAY);
    expect(times).toHaveLength(14);
    expect(merged(memory)[0]!.size).toBe(16);
  });

  it('are not merged again as long as nobody deletes them', async () => {
    const { memory, time, pusher, pushOne } = await pushes(17, 1000);
    time.pass(2 * HOUR);
    const denied = new LodeError('REMOTE_FORBIDDEN', 'no');
    let asked = 0;
    pusher.use(
      withFault(memory, ({ operation }) => {
        if (operation !== 'delete') return undefined;
        asked += 1;
        return { error: denied };
      }),
    );
    await pushOne();
    await pushOne();
    expect(asked).toBe(1);
    expect(merged(memory)).toHaveLength(1);
    expect(names(memory, 'index/')).toHaveLength(20);
  });

  it('stay if a mark names the one in their place', async () => {
    const { memory, time, pushOne } = await pushes(17, 1000);
    await mark(memory, { tables: [merged(memory)[0]!.name] });
    time.pass(2 * HOUR);
    await pushOne();
    expect(tablesOf(memory).filter(({ size }) => size === 1)).toHaveLength(18);
  });

  it.each(['before', 'after'] as const)(
    'lose nothing where the push that merges them, or drops them, is cut at any request, %s it was done',
    async (when) => {
      const { memory, time, pusher, contents, pushOne } = await pushes(16, 1000);
      const lost = new LodeError('REMOTE_FAILED', 'the network is gone');
      const cutEverywhere = async () => {
        const content = noise(100, contents.length + 1);
        await pusher.commit({ [`${contents.length + 1}.bin`]: content });
        let cuts = 0;
        for (let cut = true; cut; cuts++) {
          let request = 0;
          pusher.use(withFault(memory, () => (request++ === cuts ? { when, error: lost } : undefined)));
          await pusher.hook({ clocks: time.local }).catch((error: unknown) => expect(error).toBe(lost));
          cut = request > cuts;
          await expectWhole(memory, contents);
        }
        pusher.use(memory);
        await pusher.push({ clocks: time.local });
        contents.push(content);
        return cuts;
      };
      expect(await cutEverywhere()).toBeGreaterThan(5);
      expect(merged(memory).length).toBeGreaterThan(0);
      time.pass(2 * HOUR);
      await cutEverywhere();
      time.pass(2 * HOUR);
      await pushOne();
      await expectWhole(memory, contents);
    },
  );
});
