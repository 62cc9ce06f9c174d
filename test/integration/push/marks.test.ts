import { describe, expect, it } from 'vitest';
import { openMemory } from '../../../src/backend/memory.ts';
import { markKey } from '../../../src/format/keys.ts';
import { A, B, LARGE, mark, names, once, packsWith, tablesOf } from '../../support/push-remote.ts';
import { Pusher } from '../../support/pusher.ts';
import { sha256 } from '../../support/remote-fixtures.ts';

describe('what a mark names', () => {
  it('is not relied on if the mark is known: the object is uploaded again', async () => {
    const memory = openMemory();
    const pusher = await Pusher.create(memory);
    await pusher.commit({ 'a.bin': A, 'l.bin': LARGE });
    await pusher.push();
    const condemned = names(memory, 'packs/');
    await mark(memory, { packs: condemned });
    await pusher.hook({ url: 'https://example.org/fork.git' });
    // Twice, since the first of these pushes only then read the mark.
    const put = pusher.counts.put.requests;
    await pusher.hook({ url: 'https://example.org/other.git' });
    expect(pusher.counts.put.requests - put).toBe(2);
    const { objects } = tablesOf(memory).at(-1)!;
    expect(objects).toHaveLength(2);
    for (const { place, needs } of objects) {
      for (const name of [place.pack, ...needs]) expect(condemned).not.toContain(name);
    }
  });

  it('is not relied on if the mark appears while the push goes on', async () => {
    const memory = openMemory();
    const pusher = await Pusher.create(memory);
    await pusher.commit({ 'a.bin': A });
    await pusher.push();
    const condemned = names(memory, 'packs/');
    const racing = once(
      memory,
      ({ operation, key }) => operation === 'put' && key.startsWith('index/'),
      () => mark(memory, { packs: condemned }),
    );
    pusher.use(racing);
    await pusher.hook({ url: 'https://example.org/fork.git' });
    expect(packsWith(memory, A).filter((name) => !condemned.includes(name))).toHaveLength(1);
  });

  it('may be this push’s own pack, and the chunks that it holds: all are stored again', async () => {
    const memory = openMemory();
    const pusher = await Pusher.create(memory);
    await pusher.commit({ 'l.bin': LARGE, 'a.bin': A });
    pusher.use(
      once(
        memory,
        ({ operation, key }) => operation === 'list' && key === 'marks/',
        () => mark(memory, { packs: names(memory, 'packs/') }),
      ),
    );
    await pusher.push();
    expect(names(memory, 'packs/')).toHaveLength(2);
    expect(packsWith(memory, LARGE)).toHaveLength(2);
  });

  it('may be this push’s own table: another one is put', async () => {
    const memory = openMemory();
    const pusher = await Pusher.create(memory);
    await pusher.commit({ 'a.bin': A });
    pusher.use(
      once(
        memory,
        ({ operation, key }) => operation === 'list' && key === 'marks/',
        () => mark(memory, { tables: names(memory, 'index/') }),
      ),
    );
    expect(await pusher.push()).toMatchObject({ packs: 1 });
    expect(names(memory, 'index/')).toHaveLength(2);
  });

  it('is brought here and uploaded anew if the local store does not have it', async () => {
    const memory = openMemory();
    const pusher = await Pusher.create(memory);
    await pusher.commit({ 'a.bin': A, 'l.bin': LARGE });
    await pusher.push();
    await mark(memory, { packs: names(memory, 'packs/') });
    const other = await pusher.clone();
    await other.commit({});
    await other.hook({ url: 'https://example.org/fork.git' });
    expect(packsWith(memory, A)).toHaveLength(2);
    expect(packsWith(memory, LARGE)).toHaveLength(2);
  });

  it('is an unreadable mark’s secret: nothing is pushed', async () => {
    const memory = openMemory();
    const pusher = await Pusher.create(memory);
    await pusher.commit({ 'a.bin': A });
    await memory.put(markKey(sha256(B)), [A], sha256(A));
    await expect(pusher.hook()).rejects.toMatchObject({ code: 'FORMAT_INVALID' });
  });
});
