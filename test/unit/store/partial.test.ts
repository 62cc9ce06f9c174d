import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { ownIdentity } from '../../../src/process-identity.ts';
import { openStore } from '../../../src/store/open.ts';
import { deadProcess, livingProcess, STRANGER } from '../../support/processes.ts';
import { noise } from '../../support/remote-fixtures.ts';
import { filesIn, oidOf, scratchFolder } from '../../support/scratch.ts';

const MiB = 1024 * 1024;
const DAY = 24 * 3600_000;
const whole = noise(17 * MiB);
const oid = oidOf(whole);

/** A store in which a process, dead by default, has left so many bytes of the object. */
function cut(bytes = 10 * MiB, owner = deadProcess()) {
  const folder = scratchFolder();
  const writer = openStore(folder).write(whole.length, oid);
  writer.write(whole.subarray(0, bytes));
  writer.abort();
  const file = path.join(folder, 'partial', `${oid}.${owner}`);
  const own = path.join(folder, 'partial', `${oid}.${ownIdentity()}`);
  fs.renameSync(own, file);
  return { folder, file, own, store: openStore(folder) };
}

function age(file: string, days: number): void {
  const then = new Date(Date.now() - days * DAY);
  fs.utimesSync(file, then, then);
}

function finish(store: ReturnType<typeof openStore>, content = whole) {
  const writer = store.write(whole.length, oid);
  for (let at = 0; at < content.length; at += MiB) writer.write(content.subarray(at, at + MiB));
  writer.finish(oid);
}

/** The bytes of the object in the store. */
function stored(folder: string): Buffer {
  const object = openStore(folder).open(oid)!;
  const bytes = object.read(0, object.size);
  object.close();
  return bytes;
}

describe('a large object whose writer was killed', () => {
  it('is gone on with in the same file, which becomes the object', () => {
    const { folder, file, store } = cut();
    const { ino } = fs.statSync(file);
    const partial = store.openPartial(oid)!;
    expect(partial.read(0, partial.size).equals(whole.subarray(0, 10 * MiB))).toBe(true);
    partial.close();
    finish(store);
    expect(stored(folder).equals(whole)).toBe(true);
    const [object] = filesIn(path.join(folder, 'objects-1'));
    expect(fs.statSync(object!)).toMatchObject({ ino, mode: 0o100444 });
    expect(filesIn(path.join(folder, 'partial'))).toEqual([]);
  });

  it.each([
    ['has other bytes in its middle', (file: string) => overwrite(file, 3 * MiB + 7)],
    ['is longer than the object', (file: string) => fs.appendFileSync(file, Buffer.alloc(9 * MiB))],
    ['lost its end', (file: string) => fs.truncateSync(file, 100)],
  ])('and %s becomes the object all the same', (_, damage) => {
    const { folder, file, store } = cut();
    damage(file);
    store.openPartial(oid)!.close();
    finish(store);
    expect(stored(folder).equals(whole)).toBe(true);
  });

  it('leaves nothing where what was written to its end is another content', () => {
    const { folder, store } = cut();
    store.openPartial(oid)!.close();
    const other = Buffer.from(whole);
    other[12 * MiB]! ^= 1;
    expect(() => finish(store, other)).toThrowError(expect.objectContaining({ code: 'OBJECT_CORRUPT' }));
    expect(filesIn(folder)).toEqual([]);
  });

  it('is nobody else’s while its process lives', () => {
    const { file, store } = cut(MiB, livingProcess());
    age(file, 30);
    expect(store.openPartial(oid)).toBeUndefined();
    store.tidy();
    expect(fs.existsSync(file)).toBe(true);
  });

  it('is copied where nobody here can know whether its process lives', () => {
    const { folder, file, store } = cut(10 * MiB, STRANGER);
    const before = fs.readFileSync(file);
    store.openPartial(oid)!.close();
    finish(store);
    expect(stored(folder).equals(whole)).toBe(true);
    expect(fs.readFileSync(file).equals(before)).toBe(true);
  });

  it('is not read through a symbolic link', () => {
    const { folder, file, store } = cut();
    const target = path.join(folder, 'other');
    fs.renameSync(file, target);
    fs.symlinkSync(target, file);
    expect(store.openPartial(oid)).toBeUndefined();
  });

  it('of two that were cut gives the longer one', () => {
    const { file, store } = cut(2 * MiB);
    fs.writeFileSync(file.replace('999999999', '999999998'), whole.subarray(0, 4 * MiB));
    const partial = store.openPartial(oid)!;
    expect(partial.size).toBe(4 * MiB);
    partial.close();
  });
});

describe('what is left of large objects is removed', () => {
  it('when nobody has gone on with it for a week', () => {
    const { file, store } = cut();
    age(file, 6);
    store.tidy();
    expect(fs.existsSync(file)).toBe(true);
    age(file, 8);
    store.tidy();
    expect(fs.existsSync(file)).toBe(false);
  });

  it.each([
    ['a dead process', deadProcess(), 0],
    ['a process of another machine, silent for two days', STRANGER, 2],
  ])('when the object has come by another way: of %s', (_, owner, days) => {
    const { file, store } = cut(MiB, owner);
    age(file, days);
    store.tidy();
    expect(fs.existsSync(file)).toBe(true);
    store.add(oid, whole);
    store.tidy();
    expect(fs.existsSync(file)).toBe(false);
  });
});

it('an object whose oid nobody knew, or that is small, leaves nothing', () => {
  const folder = scratchFolder();
  for (const writer of [openStore(folder).write(whole.length), openStore(folder).write(MiB, oid)]) {
    writer.write(whole.subarray(0, 1000));
    writer.abort();
  }
  expect(filesIn(folder)).toEqual([]);
});

function overwrite(file: string, at: number): void {
  const fd = fs.openSync(file, 'r+');
  fs.writeSync(fd, Buffer.alloc(1000), 0, 1000, at);
  fs.closeSync(fd);
}
