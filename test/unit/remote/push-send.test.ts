import { describe, expect, it } from 'vitest';
import type { Backend } from '../../../src/backend/backend.ts';
import { openMemory } from '../../../src/backend/memory.ts';
import { LodeError } from '../../../src/errors.ts';
import type { FinishedPack } from '../../../src/format/pack.ts';
import { journalledPacks, PushJournal } from '../../../src/remote/push-journal.ts';
import { SlabPool } from '../../../src/remote/push-memory.ts';
import { PackSender } from '../../../src/remote/push-send.ts';
import { DAY } from '../../../src/remote/times.ts';
import { sha256, tempFolder } from '../../support/remote-fixtures.ts';

function pack(text: string, slabs: SlabPool): FinishedPack {
  const slab = slabs.take();
  const part = slab.subarray(0, slab.write(text));
  return { name: sha256(part), size: part.length, parts: [part] };
}

/** A backend whose puts end when the test says so. */
function gated() {
  const memory = openMemory();
  const waiting: { release(error?: LodeError): void }[] = [];
  const backend: Backend = {
    ...memory,
    async put(key, body, digest) {
      await new Promise<void>((resolve, reject) =>
        waiting.push({ release: (error) => (error === undefined ? resolve() : reject(error)) }),
      );
      return memory.put(key, body, digest);
    },
  };
  return { memory, waiting, backend };
}

const tick = () => new Promise((resolve) => setImmediate(resolve));

describe('sending packs', () => {
  it('holds no more packs than it may, and uses their memory again', async () => {
    const { memory, waiting, backend } = gated();
    const folder = tempFolder();
    const slabs = new SlabPool();
    const sender = new PackSender(backend, new PushJournal(folder), slabs, 2);
    await sender.send(pack('one', slabs));
    let second = false;
    const sending = sender.send(pack('two', slabs)).then(() => {
      second = true;
    });
    await tick();
    expect([waiting.length, second]).toEqual([2, false]);
    waiting[0]!.release();
    await sending;
    const buffers = new Set([slabs.take().buffer, slabs.take().buffer]);
    expect(buffers.size).toBe(2);
    waiting[1]!.release();
    await sender.drain();
    expect(memory.files.size).toBe(2);
    expect(sender.arrived.size).toBe(2);
    expect(buffers.has(slabs.take().buffer)).toBe(false);
  });

  it('fails with what the first pack failed with, when the others have ended', async () => {
    const { waiting, backend } = gated();
    const slabs = new SlabPool();
    const sender = new PackSender(backend, new PushJournal(tempFolder()), slabs, 4);
    await sender.send(pack('one', slabs));
    await sender.send(pack('two', slabs));
    await tick();
    waiting[0]!.release(new LodeError('REMOTE_FORBIDDEN', 'no'));
    await tick();
    await expect(sender.send(pack('three', slabs))).rejects.toMatchObject({ code: 'REMOTE_FORBIDDEN' });
    waiting[1]!.release();
    await expect(sender.drain()).rejects.toMatchObject({ code: 'REMOTE_FORBIDDEN' });
    expect(sender.arrived.size).toBe(1);
  });
});

describe('the journal of a push', () => {
  const NAMES = ['one', 'two', 'three'].map((text) => sha256(Buffer.from(text)));

  it('names what was begun, in the next push, until it has ended well', () => {
    const folder = tempFolder();
    const journal = new PushJournal(folder);
    journal.begin(NAMES[0]!);
    journal.end(NAMES[0]!);
    journal.begin(NAMES[1]!);
    expect(journalledPacks(folder, Date.now()).map(({ packs }) => packs)).toEqual([[NAMES[0], NAMES[1]]]);
    journal.close({ done: false });
    expect(journalledPacks(folder, Date.now())).toHaveLength(1);
    const next = new PushJournal(folder);
    next.begin(NAMES[2]!);
    next.close({ done: true });
    expect(journalledPacks(folder, Date.now()).flatMap(({ packs }) => packs)).toEqual([NAMES[0], NAMES[1]]);
  });

  it('that nothing was written to makes no file', () => {
    const folder = tempFolder();
    new PushJournal(folder).close({ done: false });
    expect(journalledPacks(folder, Date.now())).toEqual([]);
  });

  it('is dropped when it is old', () => {
    const folder = tempFolder();
    const journal = new PushJournal(folder);
    journal.begin(NAMES[0]!);
    journal.close({ done: false });
    expect(journalledPacks(folder, Date.now() + 8 * DAY)).toEqual([]);
    expect(journalledPacks(folder, Date.now())).toEqual([]);
  });
});
