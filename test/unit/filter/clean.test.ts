import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { Cleaner } from '../../../src/filter/clean.ts';
import { packetContent } from '../../../src/filter/content.ts';
import { cloneSink, fileSink } from '../../../src/filter/large-sink.ts';
import { formatPointer, parsePointer } from '../../../src/pointer.ts';
import { type FileStore, openStore } from '../../../src/store/open.ts';
import { content, filesIn, oidOf, scratchFolder } from '../../support/scratch.ts';
import { packets, readerOf } from './pipes.ts';

const NAME = Buffer.from('folder/file.bin');

interface Room {
  readonly folder: string;
  readonly file: string;
  readonly store: FileStore;
  readonly cleaner: Cleaner;
}

function room(): Room {
  const folder = scratchFolder();
  fs.mkdirSync(path.join(folder, 'tree/folder'), { recursive: true });
  const store = openStore(path.join(folder, 'lode'));
  const cleaner = new Cleaner({
    store,
    workTree: path.join(folder, 'tree'),
    hashWorker: undefined,
    tornPointer: () => undefined,
  });
  return { folder, file: path.join(folder, 'tree/folder/file.bin'), store, cleaner };
}

function piped(bytes: Buffer) {
  const parts: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += 65_516) parts.push(bytes.subarray(at, at + 65_516));
  return packetContent(readerOf(packets(...parts, null)));
}

/** Long enough for a change of a file to move its ctime. */
const tick = () => sleep(60);

function stored(store: FileStore, oid: string): Buffer {
  const object = store.open(oid)!;
  const bytes = object.read(0, object.size);
  object.close();
  return bytes;
}

describe('clean', () => {
  it.each([1, 109, 5000, (1 << 20) - 1, 1 << 20, (1 << 20) + 1, 5_000_001])(
    'stores %i bytes and answers their pointer',
    (size) => {
      const { cleaner, store } = room();
      const bytes = content(size, size);
      expect(parsePointer(cleaner.clean(NAME, piped(bytes)))).toEqual({ oid: oidOf(bytes), size });
      expect(stored(store, oidOf(bytes)).equals(bytes)).toBe(true);
    },
  );

  it('lets an empty file and a pointer pass, and stores nothing', () => {
    const { cleaner, folder } = room();
    const pointer = formatPointer({ oid: 'a'.repeat(64), size: 5 });
    const crlf = Buffer.from(pointer.toString().replaceAll('\n', '\r\n'));
    expect(cleaner.clean(NAME, piped(Buffer.alloc(0)))).toHaveLength(0);
    expect(cleaner.clean(NAME, piped(pointer)).equals(pointer)).toBe(true);
    expect(cleaner.clean(NAME, piped(crlf)).equals(pointer)).toBe(true);
    expect(filesIn(path.join(folder, 'lode'))).toEqual([]);
  });

  it('takes what only begins like a pointer for content', () => {
    const { cleaner, store } = room();
    const bytes = Buffer.concat([formatPointer({ oid: 'a'.repeat(64), size: 5 }), Buffer.from('\n')]);
    expect(parsePointer(cleaner.clean(NAME, piped(bytes)))).toEqual({
      oid: oidOf(bytes),
      size: bytes.length,
    });
    expect(stored(store, oidOf(bytes)).equals(bytes)).toBe(true);
  });

  it('leaves nothing of a content that breaks off, and takes the next one', () => {
    const { cleaner, folder, store } = room();
    const parts = packets(...Array.from({ length: 40 }, (_, i) => content(65_000, i)));
    const broken = packetContent(readerOf(parts));
    expect(() => cleaner.clean(NAME, broken)).toThrowError(
      expect.objectContaining({ code: 'FORMAT_INVALID' }),
    );
    expect(filesIn(path.join(folder, 'lode'))).toEqual([]);
    const bytes = content(2_000_000, 'next');
    cleaner.clean(NAME, piped(bytes));
    expect(stored(store, oidOf(bytes)).equals(bytes)).toBe(true);
  });
});

/*
 * On a file system that shares blocks these run through the clone, elsewhere through the copy: what is stored must be the same.
 */
describe('a large content of a file in the working tree', () => {
  const bytes = content(3_000_000, 'work');

  it('is stored as it came through the pipe', async () => {
    const { cleaner, store, file, folder } = room();
    fs.writeFileSync(file, bytes);
    await tick();
    expect(parsePointer(cleaner.clean(NAME, piped(bytes)))?.oid).toBe(oidOf(bytes));
    expect(stored(store, oidOf(bytes)).equals(bytes)).toBe(true);
    expect(filesIn(path.join(folder, 'lode/tmp'))).toEqual([]);
  });

  it.each([0, 1_048_576, 2_999_999])(
    'is stored as it came through the pipe, where that differs from the file at byte %i',
    async (at) => {
      const { cleaner, store, file, folder } = room();
      fs.writeFileSync(file, bytes);
      await tick();
      const foreign = Buffer.from(bytes);
      foreign[at]! ^= 1;
      expect(parsePointer(cleaner.clean(NAME, piped(foreign)))?.oid).toBe(oidOf(foreign));
      expect(stored(store, oidOf(foreign)).equals(foreign)).toBe(true);
      expect(store.open(oidOf(bytes))).toBeUndefined();
      expect(filesIn(path.join(folder, 'lode/tmp'))).toEqual([]);
    },
  );

  it.each([
    ['shorter than the file', bytes.subarray(0, 2_000_000)],
    ['longer than the file', Buffer.concat([bytes, content(1_000_000, 'more')])],
  ])('is stored as it came through the pipe, where that is %s', async (_, foreign) => {
    const { cleaner, store, file } = room();
    fs.writeFileSync(file, bytes);
    await tick();
    cleaner.clean(NAME, piped(foreign));
    expect(stored(store, oidOf(foreign)).equals(foreign)).toBe(true);
  });

  it.each([
    ['is written to', (file: string) => fs.writeSync(fs.openSync(file, 'r+'), 'x', 100)],
    [
      'is written to and dated back',
      (file: string) => {
        const { atime, mtime } = fs.statSync(file);
        fs.writeFileSync(file, content(3_000_000, 'edited'));
        fs.utimesSync(file, atime, mtime);
      },
    ],
    [
      'is replaced',
      (file: string) => {
        fs.rmSync(file);
        fs.writeFileSync(file, content(3_000_000, 'replaced'));
      },
    ],
    ['is removed', (file: string) => fs.rmSync(file)],
    ['is cut', (file: string) => fs.truncateSync(file, 10)],
  ])('is stored as it came through the pipe, or refused, where the file %s meanwhile', async (_, change) => {
    const { store, file, folder } = room();
    fs.writeFileSync(file, bytes);
    await tick();
    const sink = cloneSink(store, file) ?? fileSink(store);
    sink.write(bytes.subarray(0, 1_500_000));
    change(file);
    sink.write(bytes.subarray(1_500_000));
    sink.finish(oidOf(bytes), bytes.length);
    expect(stored(store, oidOf(bytes)).equals(bytes)).toBe(true);
    expect(filesIn(path.join(folder, 'lode/tmp'))).toEqual([]);
  });

  it('never vouches for a clone of bytes that were not compared', async () => {
    const { store, file, folder } = room();
    // The file changes between git's reading of it and the clone.
    fs.writeFileSync(file, content(3_000_000, 'later'));
    await tick();
    const sink = cloneSink(store, file) ?? fileSink(store);
    for (let at = 0; at < bytes.length; at += 1 << 20) sink.write(bytes.subarray(at, at + (1 << 20)));
    sink.finish(oidOf(bytes), bytes.length);
    expect(stored(store, oidOf(bytes)).equals(bytes)).toBe(true);
    expect(filesIn(path.join(folder, 'lode/tmp'))).toEqual([]);
  });

  it('is not cloned through a symbolic link, nor in the moment of its change', () => {
    const { store, file } = room();
    fs.writeFileSync(`${file}.real`, bytes);
    fs.symlinkSync(`${file}.real`, file);
    expect(cloneSink(store, file)).toBeUndefined();
    expect(cloneSink(store, `${file}.real`)).toBeUndefined();
    expect(cloneSink(store, `${file}.missing`)).toBeUndefined();
  });

  it.each(['folder/file.bin/below', '../outside.bin', '.git/config'])(
    'has any name that git gives: %s',
    (name) => {
      const { cleaner, store, file } = room();
      fs.writeFileSync(file, bytes);
      cleaner.clean(Buffer.from(name), piped(bytes));
      expect(stored(store, oidOf(bytes)).equals(bytes)).toBe(true);
    },
  );
});
