import { describe, expect, it } from 'vitest';
import { openMemory } from '../../../src/backend/memory.ts';
import { Chunker } from '../../../src/format/chunker.ts';
import { packKey } from '../../../src/format/keys.ts';
import { isSampled } from '../../../src/format/table.ts';
import { expectWhole, names, once, tablesOf } from '../../support/push-remote.ts';
import { Pusher } from '../../support/pusher.ts';
import { noise, publish, publishInParts, sha256, text } from '../../support/remote-fixtures.ts';

/** The packs that the newest table says an object needs, its own included. */
function packsOf(memory: ReturnType<typeof openMemory>, content: Buffer): string[] {
  const [object] = tablesOf(memory).at(-1)!.find(sha256(content));
  return [object!.place.pack, ...object!.needs];
}

/** Noise whose second chunk is one of those that tables keep a sample of. */
function sampledNoise(bytes: number): Buffer {
  const content = noise(bytes);
  const chunks = new Chunker().push(content);
  // No cut is looked for so near to a chunk's begin, so that this counter moves none.
  const at = chunks[0]!.length + 10;
  for (let counter = 0; ; counter++) {
    content.writeUInt32BE(counter, at);
    if (isSampled(sha256(content.subarray(chunks[0]!.length, chunks[0]!.length + chunks[1]!.length))))
      return content;
  }
}

describe('chunks that the remote has', () => {
  it('coded against a base, are used with their bases’ packs', async () => {
    const memory = openMemory();
    const first = text(1_500_000);
    const second = Buffer.from(first);
    for (let at = 1000; at < second.length; at += 100_000) second.write('edited', at);
    const old = await publish(memory, [first]);
    const { recipes } = await publish(memory, [second], { known: old.recipes, previous: first });
    const deltas = recipes[0]!.chunks.filter(({ kind }) => kind === 2);
    expect(deltas.length).toBeGreaterThan(5);

    const pusher = await Pusher.create(memory);
    await pusher.commit({ 'a.csv': second });
    expect(await pusher.push()).toMatchObject({ uploadedObjects: 0 });
    const third = Buffer.concat([second, Buffer.from('one more line\n')]);
    await pusher.commit({ 'a.csv': third });
    expect((await pusher.push()).uploadedBytes).toBeLessThan(150_000);
    for (const { place, base } of deltas.slice(0, -1)) {
      expect(packsOf(memory, third)).toEqual(expect.arrayContaining([place.pack, base!.place.pack]));
    }
    await expectWhole(memory, [first, second, third]);
  });

  it('are stored again if the pack of their base has gone', async () => {
    const memory = openMemory();
    const first = text(1_500_000);
    const second = Buffer.from(first);
    for (let at = 1000; at < second.length; at += 100_000) second.write('edited', at);
    const old = await publish(memory, [first]);
    await publish(memory, [second], { known: old.recipes, previous: first });
    const pusher = await Pusher.create(memory);
    await pusher.commit({ 'a.csv': second });
    await pusher.push();
    const third = Buffer.concat([second, Buffer.from('one more line\n')]);
    const other = await pusher.clone();
    await other.commit({ 'a.csv': third });
    const isTable = ({ operation, key }: { operation: string; key: string }) =>
      operation === 'put' && key.startsWith('index/');
    other.use(
      once(memory, isTable, () => old.packs.forEach((name) => void memory.files.delete(packKey(name)))),
    );
    await other.push();
    for (const name of packsOf(memory, third)) expect(names(memory, 'packs/')).toContain(name);
    await expectWhole(memory, [third]);
  });

  it('are found in a recipe of parts, whose packs are relied on too', async () => {
    const memory = openMemory();
    const content = noise(2_000_000);
    await publishInParts(memory, content, 4);
    const [pack] = names(memory, 'packs/');
    const pusher = await Pusher.create(memory);
    await pusher.commit({ 'a.bin': content });
    expect(await pusher.push()).toMatchObject({ uploadedObjects: 0 });
    expect(packsOf(memory, content)).toEqual([pack]);
    const next = Buffer.concat([content, Buffer.from('end')]);
    await pusher.commit({ 'a.bin': next });
    expect((await pusher.push()).uploadedBytes).toBeLessThan(700_000);
    await expectWhole(memory, [content, next]);
  });

  it('are found by a sample, in an object that nobody here has heard of, under another name', async () => {
    const memory = openMemory();
    const content = sampledNoise(4_000_000);
    const stranger = await Pusher.create(memory);
    await stranger.commit({ 'data/a.bin': content });
    await stranger.push();
    const theirs = packsOf(memory, content);

    const edited = Buffer.from(content);
    edited.write('edited', 3_000_000);
    const pusher = await Pusher.create(memory);
    await pusher.commit({ 'other.dat': edited });
    // The chunk before the sample, those that were under way with it, and the edited one.
    expect((await pusher.push()).uploadedBytes).toBeLessThan(1_500_000);
    expect(packsOf(memory, edited)).toEqual(expect.arrayContaining(theirs));
    await expectWhole(memory, [content, edited]);
  });

  it('are stored again if what the sample leads to is condemned or has gone', async () => {
    const memory = openMemory();
    const content = sampledNoise(2_000_000);
    const stranger = await Pusher.create(memory);
    await stranger.commit({ 'data/a.bin': content });
    await stranger.push();
    for (const name of names(memory, 'packs/')) memory.files.delete(packKey(name));

    const edited = Buffer.concat([content, Buffer.from('end')]);
    const pusher = await Pusher.create(memory);
    await pusher.commit({ 'other.dat': edited });
    expect((await pusher.push()).uploadedBytes).toBeGreaterThan(2_000_000);
    await expectWhole(memory, [edited]);
  });
});
