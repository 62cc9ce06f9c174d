import { describe, expect, it } from 'vitest';
import { openMemory } from '../../../src/backend/memory.ts';
import { totalRequests } from '../../../src/backend/with-count.ts';
import { decodePack } from '../../../src/format/pack.ts';
import { expectWhole, names, tablesOf } from '../../support/push-remote.ts';
import { Pusher } from '../../support/pusher.ts';
import { noise, sha256, text } from '../../support/remote-fixtures.ts';

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
    await expectWhole(memory, contents);
  });

  it('of nothing new makes no request and does not open the remote', async () => {
    const pusher = await Pusher.create(openMemory());
    await pusher.commit({ 'a.bin': noise(1000) });
    await pusher.push();
    const before = totalRequests(pusher.counts);
    await pusher.commit({});
    expect(await pusher.push()).toMatchObject({ objects: 0, requestsMade: false });
    expect(await pusher.hook({ stdin: '' })).toMatchObject({ objects: 0, requestsMade: false });
    const deletion = `(delete) ${'0'.repeat(40)} refs/heads/main ${'1'.repeat(40)}\n`;
    expect(await pusher.hook({ stdin: deletion })).toMatchObject({ objects: 0, requestsMade: false });
    expect(totalRequests(pusher.counts)).toBe(before);
    expect(pusher.opened).toBe(1);
  });

  it('of a repository without pointers makes no request, and the next one does not search it again', async () => {
    const pusher = await Pusher.create(openMemory());
    await pusher.commit({});
    expect(await pusher.push()).toMatchObject({ requestsMade: false });
    await pusher.commit({ 'a.bin': noise(10) });
    expect(await pusher.push()).toMatchObject({ uploadedObjects: 1, requestsMade: true });
  });

  it('brings no more than its commits need', async () => {
    const memory = openMemory();
    const pusher = await Pusher.create(memory);
    await pusher.commit({ 'a.bin': noise(1000, 1) });
    await pusher.git('checkout', '--quiet', '-b', 'other');
    await pusher.commit({ 'b.bin': noise(1000, 2) });
    await pusher.git('checkout', '--quiet', 'main');
    expect(await pusher.push()).toMatchObject({ objects: 1 });
    const [pack] = names(memory, 'packs/');
    const { records } = decodePack(memory.files.get(`packs/${pack}`)!.bytes, pack!);
    expect(records.map(({ hash }) => hash)).toEqual([sha256(noise(1000, 1))]);
  });

  it('warm, of one new file, takes two lists and two puts', async () => {
    const pusher = await Pusher.create(openMemory());
    await pusher.commit({ 'a.bin': noise(300_000, 1) });
    await pusher.push();
    const before = structuredClone(pusher.counts);
    await pusher.commit({ 'b.bin': noise(300_000, 2) });
    await pusher.push();
    const made = Object.entries(pusher.counts).map(([operation, { requests }]) => [
      operation,
      requests - before[operation as keyof typeof before].requests,
    ]);
    expect(Object.fromEntries(made)).toEqual({ get: 0, put: 2, head: 0, list: 2, delete: 0 });
  });

  it('puts many small files into one pack and one table', async () => {
    const memory = openMemory();
    const pusher = await Pusher.create(memory);
    const contents = Array.from({ length: 100 }, (_, i) => text(275, i + 1));
    await pusher.commit(Object.fromEntries(contents.map((content, i) => [`${i}.bin`, content])));
    expect(await pusher.push()).toMatchObject({ uploadedObjects: 100, packs: 1 });
    expect(names(memory, 'index/')).toHaveLength(1);
    await expectWhole(memory, contents);
  });

  it('stores of a new version only the chunks that changed, found in an earlier push and in this one', async () => {
    const memory = openMemory();
    const pusher = await Pusher.create(memory);
    const first = noise(3_000_000);
    await pusher.commit({ 'a.bin': first });
    await pusher.push();
    const second = Buffer.concat([
      first.subarray(0, 1_000_000),
      Buffer.from('new'),
      first.subarray(1_000_000),
    ]);
    const third = Buffer.concat([second, Buffer.from('end')]);
    await pusher.commit({ 'a.bin': second });
    await pusher.commit({ 'a.bin': third });
    const { uploadedBytes } = await pusher.push();
    expect(uploadedBytes).toBeLessThan(1_300_000);
    await expectWhole(memory, [first, second, third]);
  });

  it('finds the chunks of an earlier version that this clone never had', async () => {
    const memory = openMemory();
    const pusher = await Pusher.create(memory);
    const first = noise(3_000_000);
    await pusher.commit({ 'a.bin': first });
    await pusher.push();
    const other = await pusher.clone();
    const second = Buffer.concat([first, Buffer.from('more')]);
    await other.commit({ 'a.bin': second });
    expect((await other.push()).uploadedBytes).toBeLessThan(600_000);
    await expectWhole(memory, [second]);
  });

  it('is recorded with its tips, its bases and the store’s time', async () => {
    const memory = openMemory({ clock: () => 1_000_000_000_000 });
    const pusher = await Pusher.create(memory);
    const first = await pusher.commit({ 'a.bin': noise(100, 1) });
    await pusher.push();
    const second = await pusher.commit({ 'b.bin': noise(100, 2) });
    await pusher.push();
    const pushes = tablesOf(memory)
      .flatMap((table) => table.pushes)
      .sort((a, b) => a.bases.length - b.bases.length);
    expect(pushes).toMatchObject([
      { tips: [first], bases: [] },
      { tips: [second], bases: [first] },
    ]);
    for (const { when } of pushes) expect(Math.abs(when - 1_000_000_000_000)).toBeLessThan(60_000);
  });

  it('only looks in a dry run', async () => {
    const memory = openMemory();
    const pusher = await Pusher.create(memory);
    await pusher.commit({ 'a.bin': noise(100, 1) });
    expect(await pusher.hook({ dryRun: true })).toMatchObject({
      objects: 1,
      uploadedObjects: 1,
      uploadedBytes: 0,
    });
    expect(memory.files.size).toBe(0);
    await pusher.push();
    const files = memory.files.size;
    await pusher.commit({ 'b.bin': noise(100, 2) });
    expect(await pusher.hook({ dryRun: true })).toMatchObject({ objects: 1, uploadedObjects: 1 });
    expect(memory.files.size).toBe(files);
  });
});
