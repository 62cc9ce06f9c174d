import fs from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { openStore } from '../../../src/store/open.ts';
import { PARTIAL_BYTES } from '../../../src/store/partial.ts';
import type { ObjectWriter } from '../../../src/store/store.ts';
import { noise } from '../../support/remote-fixtures.ts';
import { filesIn, oidOf, scratchFolder } from '../../support/scratch.ts';

const MiB = 1024 * 1024;
const whole = noise(PARTIAL_BYTES + MiB / 2);
const oid = oidOf(whole);

afterEach(() => void vi.restoreAllMocks());

function setUp() {
  const folder = path.join(scratchFolder(), 'lode');
  const copy = path.join(path.dirname(folder), 'copy');
  const store = openStore(folder);
  const begin = () => store.write(whole.length, oid, copy);
  /** True if the object is whole in the store. */
  const isStored = () => {
    const object = openStore(folder).open(oid, whole.length);
    const bytes = object?.read(0, whole.length);
    object?.close();
    return bytes?.equals(whole) === true;
  };
  return { folder, copy, store, begin, isStored };
}

function put(writer: ObjectWriter, content = whole, from = 0, to = content.length): void {
  for (let at = from; at < to; at += MiB) writer.write(content.subarray(at, Math.min(at + MiB, to)));
}

/** Writing to a file fails from so many bytes on, while `still` says so. */
function full(file: () => string, from: number, still = () => true, code = 'ENOSPC'): void {
  const write = fs.writeSync as (...args: unknown[]) => number;
  vi.spyOn(fs, 'writeSync').mockImplementation(((fd: number, bytes: Uint8Array, ...rest: unknown[]) => {
    const isFull = fs.fstatSync(fd).ino === fs.statSync(file(), { throwIfNoEntry: false })?.ino;
    if (isFull && (rest[2] as number) >= from && still())
      throw Object.assign(new Error('it cannot be written'), { code });
    return write(fd, bytes, ...rest);
  }) as typeof fs.writeSync);
}

describe('a large object that is written to a second file as it comes', () => {
  it('is in both when it is whole', () => {
    const { copy, begin, isStored } = setUp();
    const writer = begin();
    put(writer);
    writer.finish(oid);
    expect(isStored()).toBe(true);
    expect(fs.readFileSync(copy).equals(whole)).toBe(true);
  });

  it('is in both, too, when it is gone on with', () => {
    const { copy, begin, isStored } = setUp();
    const cut = begin();
    put(cut, whole, 0, 5 * MiB);
    cut.abort();
    expect(fs.existsSync(copy)).toBe(false);
    const writer = begin();
    put(writer);
    writer.finish(oid);
    expect(isStored()).toBe(true);
    expect(fs.readFileSync(copy).equals(whole)).toBe(true);
  });

  it('is in neither when it proves to be another', () => {
    const { folder, copy, begin } = setUp();
    const writer = begin();
    put(writer, Buffer.concat([whole.subarray(1), whole.subarray(0, 1)]));
    expect(() => writer.finish(oid)).toThrowError(expect.objectContaining({ code: 'OBJECT_CORRUPT' }));
    expect(fs.existsSync(copy)).toBe(false);
    expect(filesIn(folder)).toEqual([]);
  });

  it('is in the store alone where the second file is somebody’s', () => {
    const { copy, begin, isStored } = setUp();
    fs.writeFileSync(copy, 'mine');
    const writer = begin();
    put(writer);
    writer.finish(oid);
    expect(isStored()).toBe(true);
    expect(fs.readFileSync(copy, 'utf8')).toBe('mine');
  });

  it('is in the store alone where there is no room for the second file', () => {
    const { copy, begin, isStored } = setUp();
    full(() => copy, 7 * MiB);
    const writer = begin();
    put(writer);
    writer.finish(oid);
    expect(isStored()).toBe(true);
    expect(fs.existsSync(copy)).toBe(false);
  });

  it('is in the store alone where there is room for one of them', () => {
    const { folder, copy, begin, isStored } = setUp();
    const partial = () => path.join(folder, 'partial', fs.readdirSync(path.join(folder, 'partial'))[0] ?? '');
    full(partial, 7 * MiB, () => fs.existsSync(copy));
    const writer = begin();
    put(writer);
    expect(fs.existsSync(copy)).toBe(false);
    writer.finish(oid);
    expect(isStored()).toBe(true);
  });

  it('is in neither after a part could not be written, whatever is written after it', () => {
    const { folder, copy, begin, isStored } = setUp();
    const partial = () => path.join(folder, 'partial', fs.readdirSync(path.join(folder, 'partial'))[0]!);
    let failures = 0;
    full(partial, 7 * MiB, () => failures++ === 0, 'EIO');
    const writer = begin();
    const failed = expect.objectContaining({ code: 'STORE_FAILED' });
    expect(() => put(writer)).toThrowError(failed);
    expect(() => put(writer, whole, 8 * MiB)).toThrowError(failed);
    expect(() => writer.finish(oid)).toThrowError(failed);
    writer.abort();
    expect([isStored(), fs.existsSync(copy)]).toEqual([false, false]);
  });

  it('is in the store alone where the second file proves unwritten as it is closed', () => {
    const { copy, begin, isStored } = setUp();
    const writer = begin();
    put(writer);
    const own = fs.statSync(copy).ino;
    const close = fs.closeSync;
    let closed = 0;
    vi.spyOn(fs, 'closeSync').mockImplementation((fd) => {
      const isCopy = fs.fstatSync(fd).ino === own;
      close(fd);
      // What is made after it is removed may get its number.
      if (isCopy && closed++ === 0) throw Object.assign(new Error('over the quota'), { code: 'EDQUOT' });
    });
    writer.finish(oid);
    expect([isStored(), fs.existsSync(copy)]).toEqual([true, false]);
  });

  it('is kept as far as it came, in the store, where there is room for neither', () => {
    const { folder, copy, begin } = setUp();
    const partial = () => path.join(folder, 'partial', fs.readdirSync(path.join(folder, 'partial'))[0]!);
    full(partial, 7 * MiB);
    const writer = begin();
    expect(() => put(writer)).toThrowError(expect.objectContaining({ code: 'STORE_FULL' }));
    writer.abort();
    expect(fs.existsSync(copy)).toBe(false);
    expect(fs.readFileSync(partial()).equals(whole.subarray(0, 3 * MiB))).toBe(true);
  });
});

describe('whether blocks can be shared with the store', () => {
  /** What the system answers to a clone. */
  const answering = (code: string) =>
    vi.spyOn(fs, 'copyFileSync').mockImplementation(() => {
      throw Object.assign(new Error('a system call failed'), { code });
    });

  it('is tried with a file of which nothing is left', () => {
    const { folder, copy, store } = setUp();
    expect(store.sharing.tryWith(copy)).toBe(store.sharing.possible);
    expect(fs.existsSync(copy)).toBe(false);
    expect(filesIn(folder)).toEqual([]);
  });

  it.each(['ENOTSUP', 'EXDEV', 'EINVAL'])('is denied by %s, once and for all', (code) => {
    const { copy, store } = setUp();
    answering(code);
    expect(store.sharing.tryWith(copy)).toBe(false);
    vi.restoreAllMocks();
    expect(store.sharing.tryWith(copy)).toBe(false);
  });

  it.each(['ENOSPC', 'EACCES'])('is as open as before after %s', (code) => {
    const { copy, store } = setUp();
    answering(code);
    expect(store.sharing.tryWith(copy)).toBe(true);
  });
});
