import { describe, expect, it } from 'vitest';
import { openMemory } from '../../../src/backend/memory.ts';
import { type FaultCall, withFault } from '../../../src/backend/with-fault.ts';
import { LodeError } from '../../../src/errors.ts';
import { A, B, expectWhole, LARGE, names, once } from '../../support/push-remote.ts';
import { Pusher } from '../../support/pusher.ts';
import { noise } from '../../support/remote-fixtures.ts';

describe('a push that is cut', () => {
  const lost = new LodeError('REMOTE_FAILED', 'the network is gone');

  it.each(['before', 'after'] as const)(
    'at any request, %s it was done, leaves nothing that the next push cannot finish',
    async (when) => {
      const contents = { 'a.bin': A, 'b.bin': B, 'l.bin': LARGE };
      let steps = 0;
      for (let cut = true; cut; steps++) {
        const memory = openMemory();
        const pusher = await Pusher.create(memory);
        await pusher.commit(contents);
        let request = 0;
        pusher.use(withFault(memory, () => (request++ === steps ? { when, error: lost } : undefined)));
        cut = await pusher.hook().then(
          () => false,
          () => true,
        );
        expect(cut).toBe(request > steps);
        pusher.use(memory);
        await pusher.push();
        await expectWhole(memory, Object.values(contents));
      }
      expect(steps).toBeGreaterThan(8);
    },
  );

  it('uses the packs that had arrived, and sends the rest', async () => {
    const memory = openMemory();
    const pusher = await Pusher.create(memory);
    const contents = [noise(9_000_000, 1), noise(9_000_000, 2)];
    await pusher.commit(Object.fromEntries(contents.map((content, i) => [`${i}.bin`, content])));
    const isTable = ({ operation, key }: FaultCall) => operation === 'put' && key.startsWith('index/');
    pusher.use(withFault(memory, (call) => (isTable(call) ? { error: lost } : undefined)));
    await expect(pusher.hook()).rejects.toMatchObject({ code: 'REMOTE_FAILED' });
    const sent = names(memory, 'packs/').length;
    expect(sent).toBeGreaterThan(1);
    pusher.use(memory);
    const summary = await pusher.push();
    expect(summary).toMatchObject({ objects: 2, uploadedObjects: 0, packs: 0 });
    expect(names(memory, 'packs/')).toHaveLength(sent);
    await expectWhole(memory, contents);
    // What was left behind has been used: it is not asked for again.
    await pusher.commit({ 'more.bin': A });
    const before = pusher.counts.head.requests;
    await pusher.push();
    expect(pusher.counts.head.requests).toBe(before);
  });

  it('finds the chunks of the object in whose middle it was cut', async () => {
    const memory = openMemory();
    const pusher = await Pusher.create(memory);
    const content = noise(12_000_000, 7);
    await pusher.commit({ 'l.bin': content });
    // The fourth put is the second pack.
    const second = ({ operation, earlier }: FaultCall) => operation === 'put' && earlier === 3;
    pusher.use(withFault(memory, (call) => (second(call) ? { error: lost } : undefined)));
    await expect(pusher.hook()).rejects.toMatchObject({ code: 'REMOTE_FAILED' });
    expect(names(memory, 'packs/')).toHaveLength(1);
    pusher.use(memory);
    const arrived = [...memory.files.values()].reduce((sum, { bytes }) => sum + bytes.length, 0);
    const before = pusher.counts.put.bytes;
    await pusher.push();
    expect(pusher.counts.put.bytes - before).toBeLessThan(content.length - arrived + 100_000);
    await expectWhole(memory, [content]);
  });

  it('never puts a pack’s name twice', async () => {
    const memory = openMemory();
    const pusher = await Pusher.create(memory);
    await pusher.commit({ 'a.bin': A });
    const puts: string[] = [];
    const failing = withFault(memory, ({ operation, key }) => {
      if (operation !== 'put' || !key.startsWith('packs/')) return undefined;
      puts.push(key);
      return puts.length < 3 ? { error: lost } : undefined;
    });
    pusher.use(failing);
    await expect(pusher.hook()).rejects.toMatchObject({ code: 'REMOTE_FAILED' });
    await expect(pusher.hook()).rejects.toMatchObject({ code: 'REMOTE_FAILED' });
    await pusher.hook();
    expect(new Set(puts).size).toBe(3);
  });

  it('by its person says so, and can be pushed again', async () => {
    const memory = openMemory();
    const pusher = await Pusher.create(memory);
    await pusher.commit({ 'l.bin': LARGE });
    const controller = new AbortController();
    pusher.use(
      once(
        memory,
        ({ operation, key }) => operation === 'list' && key === 'index/',
        () => controller.abort(),
      ),
    );
    await expect(pusher.hook({ signal: controller.signal })).rejects.toMatchObject({ code: 'INTERRUPTED' });
    await pusher.push();
    await expectWhole(memory, [LARGE]);
  });
});
