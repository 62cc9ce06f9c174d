import { describe, expect, it } from 'vitest';
import { openMemory } from '../../../src/backend/memory.ts';
import { withFault } from '../../../src/backend/with-fault.ts';
import { LodeError } from '../../../src/errors.ts';
import { expectWhole, names } from '../../support/push-remote.ts';
import { Pusher } from '../../support/pusher.ts';
import { noise } from '../../support/remote-fixtures.ts';

describe('which git remote is pushed to', () => {
  it('is recorded once, without user information', async () => {
    const memory = openMemory();
    const pusher = await Pusher.create(memory);
    await pusher.commit({ 'a.bin': noise(100) });
    await pusher.hook({ url: 'https://name:secret@example.org/a.git' });
    await pusher.hook({ url: 'https://example.org/a.git' });
    const [name, ...more] = names(memory, 'repos/');
    expect(more).toEqual([]);
    const file = memory.files.get(`repos/${name}`)!.bytes.toString();
    expect(file).toContain('https://example.org/a.git');
    expect(file).not.toContain('secret');
  });

  it('and was unknown, has nothing, whatever its refs say', async () => {
    const memory = openMemory();
    const pusher = await Pusher.create(memory);
    await pusher.commit({ 'a.bin': noise(100, 1) });
    await pusher.git('push', '--quiet', '--no-verify', 'origin', 'HEAD');
    await pusher.commit({ 'b.bin': noise(100, 2) });
    expect(await pusher.push()).toMatchObject({ objects: 2, uploadedObjects: 2 });
  });

  it('and was unknown to a push that was cut, still has nothing', async () => {
    const memory = openMemory();
    const pusher = await Pusher.create(memory);
    await pusher.commit({ 'a.bin': noise(100, 1) });
    await pusher.git('push', '--quiet', '--no-verify', 'origin', 'HEAD');
    await pusher.commit({ 'b.bin': noise(100, 2) });
    const lost = new LodeError('REMOTE_FAILED', 'the network is gone');
    for (const folder of ['repos', 'packs', 'index']) {
      pusher.use(withFault(memory, ({ key }) => (key.startsWith(folder) ? { error: lost } : undefined)));
      await expect(pusher.hook()).rejects.toMatchObject({ code: 'REMOTE_FAILED' });
    }
    pusher.use(memory);
    expect(await pusher.push()).toMatchObject({ objects: 2 });
    await expectWhole(memory, [noise(100, 1), noise(100, 2)]);
    await pusher.commit({ 'c.bin': noise(100, 3) });
    expect(await pusher.push()).toMatchObject({ objects: 1 });
  });

  it('is asked for once by a client that did not register it', async () => {
    const memory = openMemory();
    const pusher = await Pusher.create(memory);
    await pusher.commit({ 'a.bin': noise(100, 1) });
    await pusher.push();
    const other = await pusher.clone();
    await other.commit({ 'b.bin': noise(100, 2) });
    expect(await other.push()).toMatchObject({ objects: 1, uploadedObjects: 1 });
    expect(other.counts.head.requests).toBe(2);
    await other.commit({ 'c.bin': noise(100, 3) });
    await other.push();
    expect(other.counts.head.requests).toBe(2);
  });

  it('is put there before its data', async () => {
    const keys: string[] = [];
    const memory = openMemory();
    const watched = withFault(memory, ({ operation, key }) => {
      if (operation === 'put') keys.push(key.split('/')[0]!);
      return undefined;
    });
    const pusher = await Pusher.create(watched);
    await pusher.commit({ 'a.bin': noise(100, 1) });
    await pusher.push();
    expect(keys).toEqual(['git-lode.json', 'repos', 'packs', 'index']);
  });
});
