import { describe, expect, it } from 'vitest';
import { openMemory } from '../../../src/backend/memory.ts';
import { totalRequests } from '../../../src/backend/with-count.ts';
import { withFault } from '../../../src/backend/with-fault.ts';
import { decodePack } from '../../../src/format/pack.ts';
import { decodeTable } from '../../../src/format/table.ts';
import { Pusher } from '../../support/pusher.ts';
import { openClone } from '../../support/remote-clone.ts';
import { noise, sha256, text, wantedOf } from '../../support/remote-fixtures.ts';

type Memory = ReturnType<typeof openMemory>;

const names = (memory: Memory, folder: string) =>
  [...memory.files.keys()].filter((key) => key.startsWith(folder)).map((key) => key.slice(folder.length));

/** Fetches contents into an empty store and compares them. */
async function expectFetchable(memory: Memory, contents: readonly Buffer[]) {
  const clone = openClone(memory);
  expect((await clone.fetch(wantedOf(contents))).missing).toEqual([]);
  for (const content of contents) expect(clone.read(sha256(content))?.equals(content)).toBe(true);
}

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
    await expectFetchable(memory, contents);
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
    await expectFetchable(memory, contents);
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
    await expectFetchable(memory, [first, second, third]);
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
    await expectFetchable(memory, [second]);
  });

  it('is recorded with its tips, its bases and the store’s time', async () => {
    const memory = openMemory({ clock: () => 1_000_000_000_000 });
    const pusher = await Pusher.create(memory);
    const first = await pusher.commit({ 'a.bin': noise(100, 1) });
    await pusher.push();
    const second = await pusher.commit({ 'b.bin': noise(100, 2) });
    await pusher.push();
    const tables = names(memory, 'index/').map((name) =>
      decodeTable(memory.files.get(`index/${name}`)!.bytes, name),
    );
    const pushes = tables.flatMap((table) => table.pushes).sort((a, b) => a.bases.length - b.bases.length);
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
