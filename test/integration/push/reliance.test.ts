import { describe, expect, it } from 'vitest';
import { openMemory } from '../../../src/backend/memory.ts';
import { packKey } from '../../../src/format/keys.ts';
import { HOUR, R } from '../../../src/remote/times.ts';
import { A, clocks, expectWhole, LARGE, names, once, tablesOf } from '../../support/push-remote.ts';
import { Pusher } from '../../support/pusher.ts';
import { sha256 } from '../../support/remote-fixtures.ts';

describe('what a push relies on', () => {
  it('must exist: what is missing is uploaded again', async () => {
    const memory = openMemory();
    const pusher = await Pusher.create(memory);
    await pusher.commit({ 'a.bin': A, 'l.bin': LARGE });
    await pusher.push();
    for (const name of names(memory, 'packs/')) memory.files.delete(packKey(name));
    // Another client: this one has seen the packs, and may trust that for a while.
    const other = await pusher.clone();
    other.keep(A);
    other.keep(LARGE);
    await other.commit({});
    expect(await other.hook({ url: 'https://example.org/fork.git' })).toMatchObject({ uploadedObjects: 2 });
    await expectWhole(memory, [A, LARGE]);
  });

  it('is looked at again when the client saw it, unmarked, R/2 ago or earlier, and not before', async () => {
    const time = clocks();
    const memory = openMemory({ clock: time.store });
    const pusher = await Pusher.create(memory);
    await pusher.commit({ 'a.bin': A });
    await pusher.hook({ clocks: time.local });
    const heads = async (url: string) => {
      const before = pusher.counts.head.requests;
      await pusher.hook({ clocks: time.local, url });
      // One head asks for the registration.
      return pusher.counts.head.requests - before - 1;
    };
    time.pass(R / 2 - HOUR);
    expect(await heads('https://example.org/1.git')).toBe(0);
    time.pass(2 * HOUR);
    expect(await heads('https://example.org/2.git')).toBe(1);
    time.pass(R / 2 - HOUR);
    expect(await heads('https://example.org/3.git')).toBe(0);
  });

  it('includes the packs of the chunks of an earlier version', async () => {
    const memory = openMemory();
    const pusher = await Pusher.create(memory);
    await pusher.commit({ 'l.bin': LARGE });
    await pusher.push();
    const [first] = names(memory, 'packs/');
    const other = await pusher.clone();
    const next = Buffer.concat([LARGE, Buffer.from('end')]);
    other.keep(LARGE);
    await other.commit({ 'l.bin': next });
    // The pack goes between the reading of its recipe and the check.
    other.use(
      once(
        memory,
        ({ operation, key }) => operation === 'put' && key.startsWith('index/'),
        () => void memory.files.delete(packKey(first!)),
      ),
    );
    await other.push();
    await expectWhole(memory, [next]);
    expect(
      tablesOf(memory).flatMap((table) => table.find(sha256(next)).flatMap(({ needs }) => needs)),
    ).toContain(first);
  });
});
