import fs from 'node:fs';
import { describe, expect, it } from 'vitest';
import { FirstCheckout } from '../../../src/filter/first-checkout.ts';
import { MANY_SMALL_FILES } from '../../../src/filter/small-files.ts';
import { findRepository } from '../../../src/git/repository.ts';
import { formatPointer, type Pointer } from '../../../src/pointer.ts';
import { SMALL_BYTES } from '../../../src/store/layout.ts';
import { openStore } from '../../../src/store/open.ts';
import { createSandbox } from '../../support/sandbox.ts';
import { content, oidOf } from '../../support/scratch.ts';

const pointer = (i: number, size = 275): Pointer => ({ oid: oidOf(content(size, i)), size });
const nameOf = (i: number) => `f${1000 + i}`;

/** A version with so many small files, of which nothing is checked out, and what would be fetched for it. */
async function unchecked(count: number) {
  const box = createSandbox();
  await box.git(['init', '--quiet']);
  for (let i = 0; i < count; i++) box.write(nameOf(i), formatPointer(pointer(i)));
  box.write('a-large-one', formatPointer(pointer(count, SMALL_BYTES + 1)));
  await box.git(['add', '--all']);
  await box.git(['commit', '--quiet', '--message=all']);
  const repository = findRepository(box.dir, {});
  fs.rmSync(repository.indexFile);
  const store = openStore(repository.sharedDir);
  const brought: Pointer[][] = [];
  const checkout = new FirstCheckout({
    repository,
    store,
    async bring(wanted) {
      brought.push((await wanted).map(({ oid, size }) => ({ oid, size })));
      return true;
    },
  });
  return { box, store, brought, checkout };
}

describe('a first checkout', () => {
  it('brings the small objects of its version in their order, at the first that is missing, once', async () => {
    const { box, store, brought, checkout } = await unchecked(MANY_SMALL_FILES);
    const large = pointer(MANY_SMALL_FILES, SMALL_BYTES + 1);
    expect(checkout.isDue(large, 'HEAD')).toBe(false);
    store.add(pointer(0).oid, content(275, 0));
    expect(checkout.isDue(pointer(0), 'HEAD')).toBe(false);
    expect(checkout.isDue(pointer(1), 'HEAD')).toBe(true);
    expect(await checkout.bring('HEAD')).toBe(true);
    expect(brought).toEqual([Array.from({ length: MANY_SMALL_FILES }, (_, i) => pointer(i))]);
    expect(checkout.isDue(pointer(2), 'HEAD')).toBe(false);
    expect(fs.existsSync(box.path('.git/index'))).toBe(false);
  });

  it.each([
    ['there are few', MANY_SMALL_FILES - 1, 0, 'HEAD', []],
    ['git has asked for some paths alone', MANY_SMALL_FILES, 5, 'HEAD', []],
    ['what git names cannot be listed', MANY_SMALL_FILES, 0, 'f'.repeat(40), []],
    ['the working tree is sparse', MANY_SMALL_FILES, 0, 'HEAD', ['config', 'core.sparseCheckout', 'true']],
  ])('brings nothing where %s', async (_, count, first, treeish, args) => {
    const { box, brought, checkout } = await unchecked(count);
    if (args.length > 0) await box.git(args);
    expect(checkout.isDue(pointer(first), treeish)).toBe(true);
    expect(await checkout.bring(treeish)).toBe(false);
    expect(brought).toEqual([]);
  });

  it('is none where git has an index, or does not name a version', async () => {
    const { box, checkout } = await unchecked(1);
    expect(checkout.isDue(pointer(0), undefined)).toBe(false);
    const other = await unchecked(1);
    await other.box.git(['read-tree', 'HEAD']);
    expect(other.checkout.isDue(pointer(0), 'HEAD')).toBe(false);
    expect(fs.existsSync(box.path('.git/index'))).toBe(false);
  });
});
