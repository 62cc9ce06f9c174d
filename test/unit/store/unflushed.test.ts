import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { openStore } from '../../../src/store/open.ts';
import { deadProcess, livingProcess, STRANGER } from '../../support/processes.ts';
import { content, filesIn, oidOf, scratchFolder } from '../../support/scratch.ts';

afterEach(() => void vi.restoreAllMocks());

const A = content(20_000, 'a');
const B = content(20_000, 'b');

const records = (folder: string) => filesIn(path.join(folder, 'unflushed'));
const objectOf = (folder: string, bytes: Buffer) =>
  path.join(folder, 'objects-1', oidOf(bytes).slice(0, 2), oidOf(bytes));

/** A store with two objects that a process has named and not flushed, one of which has other bytes by now. */
function left(identity: string, seen = Date.now()) {
  const folder = scratchFolder();
  const store = openStore(folder);
  for (const bytes of [A, B]) store.add(oidOf(bytes), bytes);
  store.flush();
  fs.rmSync(objectOf(folder, B));
  fs.writeFileSync(objectOf(folder, B), Buffer.alloc(B.length));
  const record = path.join(folder, 'unflushed', `${identity}.0123456789ab`);
  fs.writeFileSync(record, '');
  fs.utimesSync(record, seen / 1000, seen / 1000);
  return { folder, record };
}

/** Which files are flushed while `action` runs. */
function flushed(action: () => void): string[] {
  const fsync = fs.fsyncSync;
  const files: string[] = [];
  vi.spyOn(fs, 'fsyncSync').mockImplementation((fd) => {
    files.push(fs.readlinkSync(`/proc/self/fd/${fd}`));
    fsync(fd);
  });
  action();
  return files;
}

describe('objects that are not on disk yet', () => {
  it('have a record until they are', () => {
    const folder = scratchFolder();
    const store = openStore(folder);
    expect(records(folder)).toEqual([]);
    store.add(oidOf(A), A);
    expect(records(folder)).toHaveLength(1);
    store.flush();
    expect(records(folder)).toEqual([]);
  });

  it('have a record where they share a bundle, too', () => {
    const folder = scratchFolder();
    const store = openStore(folder);
    const contents = Array.from({ length: 260 }, (_, i) => content(100, i));
    for (const bytes of contents.slice(0, 256)) store.add(oidOf(bytes), bytes);
    store.flush();
    for (const bytes of contents.slice(256)) store.add(oidOf(bytes), bytes);
    expect(filesIn(path.join(folder, 'bundles-1'))).toHaveLength(1);
    expect(records(folder)).toHaveLength(1);
    store.flush();
    expect(records(folder)).toEqual([]);
  });

  it.runIf(process.platform === 'linux')(
    'are flushed with their names, up to the first folder that was there',
    () => {
      const folder = fs.realpathSync(scratchFolder());
      const store = openStore(path.join(folder, 'lode'));
      store.add(oidOf(A), A);
      const file = objectOf(path.join(folder, 'lode'), A);
      const files = flushed(() => store.flush());
      for (const each of [
        file,
        path.dirname(file),
        path.join(folder, 'lode/objects-1'),
        path.join(folder, 'lode'),
        folder,
      ])
        expect(files).toContain(each);
    },
  );

  it.runIf(process.platform === 'linux')(
    'of a process that died are flushed by the next one, and trusted: the machine goes on',
    () => {
      const { folder, record } = left(deadProcess());
      const files = flushed(() => expect(openStore(folder).has(oidOf(A), A.length)).toBe(true));
      expect(files).toContain(fs.realpathSync(objectOf(folder, A)));
      expect(openStore(folder).has(oidOf(B), B.length)).toBe(true);
      expect(fs.existsSync(record)).toBe(false);
    },
  );

  it.runIf(process.platform === 'linux')(
    'of a process of an earlier start of the machine are read, and put aside if they are damaged',
    () => {
      const [pid, start, , place] = deadProcess().split('.');
      const earlier = Date.now() - os.uptime() * 1000 - 60_000;
      const { folder, record } = left(`${pid}.${start}.12345678.${place}`, earlier);
      const store = openStore(folder);
      expect([A, B].map((bytes) => store.has(oidOf(bytes), bytes.length))).toEqual([true, false]);
      expect(filesIn(path.join(folder, 'damaged'))).toHaveLength(1);
      expect(fs.existsSync(record)).toBe(false);
      store.add(oidOf(B), B);
      expect(fs.readFileSync(objectOf(folder, B)).equals(B)).toBe(true);
    },
  );

  it.runIf(process.platform === 'linux').each([
    ['that lives', livingProcess],
    ['of elsewhere', () => STRANGER],
  ])('of a process %s are flushed by whoever adds them too, and its record stays', (_, identity) => {
    const { folder, record } = left(identity());
    const store = openStore(folder);
    store.add(oidOf(A), A);
    expect(flushed(() => store.flush())).toContain(fs.realpathSync(objectOf(folder, A)));
    expect(fs.existsSync(record)).toBe(true);
  });
});

describe('the index of a bundle', () => {
  it.each([
    ['is empty', () => Buffer.alloc(0)],
    ['is zeros', (index: Buffer) => Buffer.alloc(index.length)],
    ['is cut', (index: Buffer) => index.subarray(0, index.length - 40)],
  ])('that %s after a power cut hides no object', (_, spoil) => {
    const folder = scratchFolder();
    const store = openStore(folder);
    const contents = Array.from({ length: 300 }, (_, i) => content(100, i));
    for (const bytes of contents) store.add(oidOf(bytes), bytes);
    store.flush();
    const [index] = filesIn(path.join(folder, 'bundles-1')).filter((file) => file.endsWith('.index'));
    fs.chmodSync(index!, 0o600);
    fs.writeFileSync(index!, spoil(fs.readFileSync(index!)));
    const again = openStore(folder);
    expect(contents.filter((bytes) => again.open(oidOf(bytes), bytes.length) === undefined)).toEqual([]);
  });
});
