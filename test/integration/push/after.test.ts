import { describe, expect, it } from 'vitest';
import { openMemory } from '../../../src/backend/memory.ts';
import { totalRequests } from '../../../src/backend/with-count.ts';
import { packKey } from '../../../src/format/keys.ts';
import { finishPushes } from '../../../src/remote/push.ts';
import { HOUR, R } from '../../../src/remote/times.ts';
import { A, B, expectWhole, mark, names } from '../../support/push-remote.ts';
import { Pusher } from '../../support/pusher.ts';

const later = (ms: number) => ({ wall: () => Date.now() + ms, monotonic: () => performance.now() });

describe('the command after a push', () => {
  async function pushed() {
    const memory = openMemory();
    const pusher = await Pusher.create(memory);
    await pusher.commit({ 'a.bin': A });
    return { memory, pusher };
  }

  it('asks nobody if git moved the refs at once', async () => {
    const { pusher } = await pushed();
    await pusher.push();
    const requests = totalRequests(pusher.counts);
    await finishPushes(pusher.context({ clocks: later(5 * HOUR) }));
    expect(totalRequests(pusher.counts)).toBe(requests);
    await pusher.commit({});
    expect(await pusher.hook({ clocks: later(5 * HOUR) })).toMatchObject({ requestsMade: false });
    expect(totalRequests(pusher.counts)).toBe(requests);
  });

  it('looks again, and mends from the local store, if git moved the refs hours later', async () => {
    const { memory, pusher } = await pushed();
    await pusher.hook({ clocks: later(-3 * HOUR) });
    await pusher.git('push', '--quiet', 'origin', 'HEAD');
    const condemned = names(memory, 'packs/');
    await mark(memory, { packs: condemned });
    await finishPushes(pusher.context());
    for (const name of condemned) memory.files.delete(packKey(name));
    await expectWhole(memory, [A]);
    const requests = totalRequests(pusher.counts);
    await finishPushes(pusher.context());
    expect(totalRequests(pusher.counts)).toBe(requests);
  });

  it('does not look at a push that git has not ended, or that was rejected', async () => {
    const { pusher } = await pushed();
    await pusher.hook();
    const requests = totalRequests(pusher.counts);
    await finishPushes(pusher.context({ clocks: later(5 * HOUR) }));
    await finishPushes(pusher.context({ clocks: later(R) }));
    expect(totalRequests(pusher.counts)).toBe(requests);
  });

  it('tells what is lost for good, once, and goes on', async () => {
    const { memory, pusher } = await pushed();
    await pusher.hook({ clocks: later(-3 * HOUR) });
    await pusher.git('push', '--quiet', 'origin', 'HEAD');
    for (const name of names(memory, 'packs/')) {
      await mark(memory, { packs: [name] });
      memory.files.delete(packKey(name));
    }
    pusher.lose(A);
    await pusher.commit({ 'b.bin': B });
    expect(await pusher.push()).toMatchObject({ uploadedObjects: 1 });
    expect(pusher.lines.join('\n')).toContain('an earlier push may lack data');
    pusher.lines.length = 0;
    await finishPushes(pusher.context());
    expect(pusher.lines).toEqual([]);
  });
});
