import { describe, expect, it } from 'vitest';
import { openMemory } from '../../../src/backend/memory.ts';
import { totalRequests } from '../../../src/backend/with-count.ts';
import { Pusher } from '../../support/pusher.ts';
import { openClone } from '../../support/remote-clone.ts';
import { noise, sha256, text, wantedOf } from '../../support/remote-fixtures.ts';

describe('a push', () => {
  it('brings what its commits need, and a clone fetches it', async () => {
    const memory = openMemory();
    const pusher = await Pusher.create(memory);
    const contents = [noise(2_000_000), text(300_000), text(1000, 2), noise(40_000, 3), noise(1, 4)];
    await pusher.commit(Object.fromEntries(contents.map((content, i) => [`dir/${i}.bin`, content])));
    const summary = await pusher.push();
    expect(summary).toMatchObject({
      objects: 5,
      uploadedObjects: 5,
      packs: 1,
      requestsMade: true,
      missing: 0,
    });
    const clone = openClone(memory);
    const fetched = await clone.fetch(wantedOf(contents));
    expect(fetched.missing).toEqual([]);
    for (const content of contents) expect(clone.read(sha256(content))?.equals(content)).toBe(true);
  });

  it('with nothing new makes no request and does not open the remote', async () => {
    const pusher = await Pusher.create(openMemory());
    await pusher.commit({ 'a.bin': noise(1000) });
    await pusher.push();
    const before = totalRequests(pusher.counts);
    await pusher.commit({});
    expect(await pusher.push()).toMatchObject({ objects: 0, requestsMade: false });
    expect(totalRequests(pusher.counts)).toBe(before);
    expect(pusher.opened).toBe(1);
  });
});
