import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { PARTIAL_BYTES } from '../../../src/store/partial.ts';
import { Item } from '../../../src/worktree/drain-items.ts';
import { EarlyCopies, isWholeCopy } from '../../../src/worktree/early-copies.ts';
import { oidOf } from '../../support/scratch.ts';
import { deferred } from './deferred.ts';

const item = (name: string, size = PARTIAL_BYTES, content = name) =>
  new Item(name, { oid: oidOf(Buffer.from(content)), size, path: Buffer.from(name) }, 'sha1');

async function setUp({ shares = false } = {}) {
  const { repository, store, box } = await deferred({});
  // As whoever holds the drain's lock finds it.
  fs.mkdirSync(repository.ownDir, { recursive: true });
  const tried = vi.spyOn(store.sharing, 'tryWith').mockReturnValue(shares);
  const copiesOf = (...items: Item[]) => {
    const copies = new EarlyCopies(repository, store, items);
    onTestFinished(() => copies.close());
    return copies;
  };
  return { repository, box, tried, copiesOf };
}

describe('files for copies of objects that are to come', () => {
  it('are named where git’s directory is, one for each large object, and removed', async () => {
    const { repository, copiesOf } = await setUp();
    const items = [item('a'), item('b', PARTIAL_BYTES - 1), item('c'), item('c2', PARTIAL_BYTES, 'c')];
    const copies = copiesOf(...items);
    const [a, b, ...c] = items.map(({ copyTo }) => copyTo);
    expect(path.dirname(a!)).toBe(repository.ownDir);
    expect(b).toBeUndefined();
    expect(c.filter((file) => file !== undefined)).toHaveLength(1);
    expect(fs.existsSync(a!)).toBe(false);
    fs.writeFileSync(a!, 'what came');
    copies.close();
    expect(fs.existsSync(a!)).toBe(false);
  });

  it('are none where blocks are shared, which is asked once', async () => {
    const { tried, copiesOf } = await setUp({ shares: true });
    const items = [item('a'), item('b')];
    copiesOf(...items);
    expect(items.map(({ copyTo }) => copyTo)).toEqual([undefined, undefined]);
    expect(tried).toHaveBeenCalledTimes(1);
  });

  it('are none for a file whose folder has become a link', async () => {
    const { box, copiesOf } = await setUp();
    fs.symlinkSync('/', box.path('sub'));
    const linked = item('sub/a');
    copiesOf(linked);
    expect(linked.copyTo).toBeUndefined();
  });

  it('are whole when they have the content’s size', async () => {
    const { box } = await setUp();
    const file = box.write('copy', '12345');
    expect([isWholeCopy(file, 5), isWholeCopy(file, 6), isWholeCopy(`${file}2`, 5)]).toEqual([
      true,
      false,
      false,
    ]);
    fs.symlinkSync(file, `${file}3`);
    expect(isWholeCopy(`${file}3`, 5)).toBe(false);
  });
});
