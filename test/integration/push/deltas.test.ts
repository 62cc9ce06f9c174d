import { describe, expect, it } from 'vitest';
import { openMemory } from '../../../src/backend/memory.ts';
import { packKey } from '../../../src/format/keys.ts';
import { decodePack } from '../../../src/format/pack.ts';
import { expectWhole, mark, names } from '../../support/push-remote.ts';
import { Pusher } from '../../support/pusher.ts';
import { text } from '../../support/remote-fixtures.ts';

const MB = 1_000_000;

/** `content` with a few words changed all over it, others for each `day`: no chunk stays the same. */
function edited(content: Buffer, day: number): Buffer {
  const next = Buffer.from(content);
  for (let at = 500 + 97 * day; at < next.length; at += 20_000) next.write(`day ${day}`, at);
  return next;
}

/** How many chunks of each kind a pack holds. */
function kinds(memory: ReturnType<typeof openMemory>, pack: string) {
  return decodePack(memory.files.get(packKey(pack))!.bytes, pack).records.map(({ kind }) => kind);
}

describe('an edited file', () => {
  it('costs what was changed, day after day, and every day can be had alone', async () => {
    const memory = openMemory();
    const pusher = await Pusher.create(memory);
    const versions = [text(10 * MB)];
    await pusher.commit({ 'a.csv': versions[0]! });
    const first = (await pusher.push()).uploadedBytes;
    let later = 0;
    for (let day = 1; day < 10; day++) {
      versions.push(edited(versions.at(-1)!, day));
      await pusher.commit({ 'a.csv': versions.at(-1)! });
      later += (await pusher.push()).uploadedBytes;
    }
    expect(first).toBeGreaterThan(MB);
    expect(later).toBeLessThan(9 * 10 * MB * 0.05);
    expect(later).toBeLessThan(9 * first * 0.2);
    for (const version of versions) await expectWhole(memory, [version]);
  }, 120_000);

  it('is coded against the version before it in the same push', async () => {
    const memory = openMemory();
    const pusher = await Pusher.create(memory);
    const versions = [text(2 * MB)];
    for (let day = 1; day < 6; day++) versions.push(edited(versions.at(-1)!, day));
    for (const version of versions) await pusher.commit({ 'a.csv': version });
    const { uploadedBytes } = await pusher.push();
    const alone = await Pusher.create(openMemory());
    await alone.commit({ 'a.csv': versions[0]! });
    expect(uploadedBytes).toBeLessThan(1.5 * (await alone.push()).uploadedBytes);
    await expectWhole(memory, versions);
  });

  it('may be small: one chunk, with a base', async () => {
    const memory = openMemory();
    const pusher = await Pusher.create(memory);
    const first = text(20_000);
    await pusher.commit({ 'a.csv': first });
    await pusher.push();
    const before = new Set(names(memory, 'packs/'));
    const second = edited(first, 1);
    await pusher.commit({ 'a.csv': second });
    await pusher.push();
    const third = edited(second, 2);
    await pusher.commit({ 'a.csv': third });
    await pusher.push();
    for (const pack of names(memory, 'packs/'))
      if (!before.has(pack)) expect(kinds(memory, pack)).toContain(2);
    await expectWhole(memory, [first, second, third]);
  });

  it('may be moved, copied, come back or be edited on another branch', async () => {
    const memory = openMemory();
    const pusher = await Pusher.create(memory);
    const first = text(2 * MB);
    await pusher.commit({ 'a.csv': first });
    const whole = (await pusher.push()).uploadedBytes;
    const contents = [first];
    const costs: number[] = [];
    const next = async (name: string) => {
      contents.push(edited(contents.at(-1)!, contents.length));
      await pusher.commit({ [name]: contents.at(-1)! });
      costs.push((await pusher.push()).uploadedBytes);
    };
    await pusher.git('rm', '--quiet', 'a.csv');
    await next('moved/b.csv');
    await next('moved/b-copy.csv');
    await pusher.git('rm', '--quiet', 'moved/b.csv', 'moved/b-copy.csv');
    await pusher.git('commit', '--quiet', '--message=gone');
    await next('moved/b.csv');
    await pusher.git('checkout', '--quiet', '-b', 'side');
    await next('moved/b.csv');
    for (const cost of costs) expect(cost).toBeLessThan(whole * 0.4);
    await expectWhole(memory, contents);
  });
});

describe('a clone that lacks the version that it edits', () => {
  it('reads the bases from the remote', async () => {
    const memory = openMemory();
    const pusher = await Pusher.create(memory);
    const first = text(2 * MB);
    await pusher.commit({ 'a.csv': first });
    const whole = (await pusher.push()).uploadedBytes;
    const second = edited(first, 1);
    await pusher.commit({ 'a.csv': second });
    await pusher.push();

    const other = await pusher.clone();
    const third = edited(second, 2);
    await other.commit({ 'a.csv': third });
    expect((await other.push()).uploadedBytes).toBeLessThan(whole * 0.4);
    await expectWhole(memory, [first, second, third]);
  });
});

describe('a base that a mark names', () => {
  it('is not used, and what was coded against it is stored again', async () => {
    const memory = openMemory();
    const pusher = await Pusher.create(memory);
    const first = text(2 * MB);
    await pusher.commit({ 'a.csv': first });
    await pusher.push();
    const [old] = names(memory, 'packs/');
    await mark(memory, { packs: [old!] });
    const second = edited(first, 1);
    await pusher.commit({ 'a.csv': second });
    await pusher.push();
    memory.files.delete(packKey(old!));
    await expectWhole(memory, [second]);
  });
});
