import { describe, expect, it } from 'vitest';
import { openMemory } from '../../../src/backend/memory.ts';
import { names } from '../../support/push-remote.ts';
import { Pusher } from '../../support/pusher.ts';
import { noise } from '../../support/remote-fixtures.ts';

describe('an object that the local store does not have', () => {
  it('and the remote neither, refuses the push by name, before anything is sent', async () => {
    const memory = openMemory();
    const pusher = await Pusher.create(memory);
    await pusher.commit({ 'here.bin': noise(100, 1), 'gone.bin': noise(100, 2) });
    pusher.lose(noise(100, 2));
    await expect(pusher.hook()).rejects.toMatchObject({
      code: 'OBJECT_MISSING',
      subject: 'gone.bin',
      hint: expect.stringContaining('git lode push'),
    });
    expect(names(memory, 'packs/')).toEqual([]);
    expect(names(memory, 'index/')).toEqual([]);
  });

  it('is no hindrance if the remote has it: a mirror is pushed', async () => {
    const memory = openMemory();
    const pusher = await Pusher.create(memory);
    await pusher.commit({ 'small.bin': noise(100, 1), 'large.bin': noise(2_000_000, 2) });
    await pusher.push();
    const other = await pusher.clone(memory, 'mirror', '--mirror');
    const head = (await other.git('rev-parse', 'main')).stdout.trim();
    const stdin = `refs/heads/main ${head} refs/heads/main ${'0'.repeat(40)}\n`;
    const summary = await other.hook({ stdin, url: other.box.path('../second.git') });
    expect(summary).toMatchObject({ objects: 2, uploadedObjects: 0, packs: 0, missing: 2 });
    expect(names(memory, 'index/')).toHaveLength(2);
  });
});

describe('a local copy that is rotten', () => {
  it.each([
    ['small', noise(5000, 1)],
    ['large', noise(3_000_000, 2)],
  ])('stops the push and is in no table: %s', async (_, content) => {
    const memory = openMemory();
    const pusher = await Pusher.create(memory);
    await pusher.commit({ 'good.bin': noise(100, 3), 'rotten.bin': content });
    pusher.damage(content, content.length - 1);
    await expect(pusher.hook()).rejects.toMatchObject({ code: 'OBJECT_CORRUPT', subject: 'rotten.bin' });
    expect(names(memory, 'index/')).toEqual([]);
  });
});
