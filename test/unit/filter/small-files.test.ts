import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { MANY_SMALL_FILES, SmallFiles } from '../../../src/filter/small-files.ts';
import { SMALL_BYTES } from '../../../src/store/layout.ts';
import { openStore } from '../../../src/store/open.ts';
import { content, oidOf, scratchFolder } from '../../support/scratch.ts';

const NAME = Buffer.from('a.bin');

function stored(sizes: readonly number[]) {
  const folder = scratchFolder();
  const store = openStore(folder);
  const pointers = sizes.map((size, i) => {
    const bytes = content(size, i);
    store.add(oidOf(bytes), bytes);
    return { oid: oidOf(bytes), size, bytes };
  });
  store.flush();
  return { folder, pointers, small: new SmallFiles(openStore(folder)) };
}

describe('the small files of one git command', () => {
  it('are deferred as long as they are few, and then answered with their content', () => {
    const { pointers, small } = stored(Array(MANY_SMALL_FILES + 300).fill(275));
    for (const pointer of pointers.slice(0, MANY_SMALL_FILES))
      expect(small.content(pointer, NAME)).toBeUndefined();
    for (const pointer of pointers.slice(MANY_SMALL_FILES))
      expect(small.content(pointer, NAME)?.equals(pointer.bytes)).toBe(true);
  });

  it('are remembered if git has got their content in the last second', () => {
    vi.useFakeTimers({ toFake: ['performance'] });
    const { pointers, small } = stored([10, 20, 30, 40]);
    const names = () => small.recent().map(({ path: name }) => name.toString());
    expect(names()).toEqual([]);
    expect(small.content(pointers[0]!, NAME)).toBeUndefined();
    small.areMany();
    small.content(pointers[1]!, Buffer.from('old'));
    vi.advanceTimersByTime(2000);
    small.content(pointers[2]!, Buffer.from('young'));
    vi.advanceTimersByTime(1000);
    small.content(pointers[3]!, Buffer.from('last'));
    small.content({ oid: 'a'.repeat(64), size: 275 }, Buffer.from('absent'));
    // However long git takes to end: its index is as old as the last file.
    vi.advanceTimersByTime(60_000);
    expect(names()).toEqual(['young', 'last']);
    vi.useRealTimers();
  });

  it('get their content from the first one on where it is known that they are many', () => {
    const { pointers, small } = stored([1, 275, SMALL_BYTES, SMALL_BYTES + 1]);
    small.areMany();
    for (const pointer of pointers.slice(0, 3))
      expect(small.content(pointer, NAME)?.equals(pointer.bytes)).toBe(true);
    expect(small.content(pointers[3]!, NAME)).toBeUndefined();
  });

  it('are deferred where the store does not have them whole, in a bundle or in a file of its own', () => {
    const { folder, pointers, small } = stored(Array(300).fill(275));
    const [single, bundled] = [pointers[0]!, pointers.at(-1)!];
    const file = path.join(folder, 'objects-1', single.oid.slice(0, 2), single.oid);
    change(file, (bytes) => bytes.writeUInt8(bytes[0]! ^ 1, 0));
    const bundles = path.join(folder, 'bundles-1');
    const bundle = fs.readdirSync(bundles).find((name) => name.endsWith('.bundle'))!;
    change(path.join(bundles, bundle), (bytes) => bytes.writeUInt8(bytes.at(-1)! ^ 1, bytes.length - 1));
    small.areMany();
    expect(small.content(single, NAME)).toBeUndefined();
    expect(small.content(bundled, NAME)).toBeUndefined();
    expect(small.content({ oid: pointers[1]!.oid, size: 276 }, NAME)).toBeUndefined();
    expect(small.content({ oid: 'a'.repeat(64), size: 275 }, NAME)).toBeUndefined();
    expect(small.content(pointers[1]!, NAME)?.equals(pointers[1]!.bytes)).toBe(true);
    expect(small.content(pointers.at(-2)!, NAME)?.equals(pointers.at(-2)!.bytes)).toBe(true);
  });
});

function change(file: string, action: (bytes: Buffer) => void): void {
  const bytes = fs.readFileSync(file);
  action(bytes);
  fs.rmSync(file);
  fs.writeFileSync(file, bytes);
}
