import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { FoundPointer } from '../../../src/git/blobs.ts';
import { pointersInIndex, pointersInTree } from '../../../src/git/pointers-in-tree.ts';
import { findRepository } from '../../../src/git/repository.ts';
import { formatPointer } from '../../../src/pointer.ts';
import { createSandbox } from '../../support/sandbox.ts';

const oidOf = (content: string) => createHash('sha256').update(content).digest('hex');
const pointerTo = (content: string) => formatPointer({ oid: oidOf(content), size: content.length });

async function list(pointers: AsyncIterable<FoundPointer>) {
  const found: [string, string][] = [];
  for await (const { path, pointer } of pointers) found.push([path.toString(), pointer.oid]);
  return found;
}

async function repository() {
  const box = createSandbox();
  await box.git(['init', '--quiet']);
  box.write('same.bin', pointerTo('one'));
  box.write('new\nline/same too.bin', pointerTo('one'));
  box.write('other.bin', pointerTo('two'));
  box.write('plain.txt', 'x'.repeat(100_000));
  await box.git(['add', '--all']);
  await box.git(['commit', '--quiet', '--message=first']);
  return box;
}

describe("the pointers of a tree and of git's index", () => {
  it('are listed for every path of a commit, also from a folder below', async () => {
    const box = await repository();
    const expected = [
      ['new\nline/same too.bin', oidOf('one')],
      ['other.bin', oidOf('two')],
      ['same.bin', oidOf('one')],
    ];
    const below = findRepository(box.path('new\nline'), {});
    expect(await list(pointersInTree(below, 'HEAD'))).toEqual(expected);
    expect(await list(pointersInIndex(below))).toEqual(expected);
  });

  it('of the index are those that are staged', async () => {
    const box = await repository();
    await box.git(['rm', '--quiet', '-r', 'same.bin', 'new\nline']);
    box.write('other.bin', pointerTo('three'));
    await box.git(['add', 'other.bin']);
    const repo = findRepository(box.dir, {});
    expect(await list(pointersInIndex(repo))).toEqual([['other.bin', oidOf('three')]]);
    expect(await list(pointersInTree(repo, 'HEAD'))).toHaveLength(3);
  });

  it('do not count a symbolic link whose target reads like a pointer', async () => {
    const box = await repository();
    const blob = await box.git(['hash-object', '-w', '--stdin'], { input: pointerTo('link') });
    await box.git(['update-index', '--add', '--cacheinfo', `120000,${blob.stdout.trim()},link`]);
    expect(await list(pointersInIndex(findRepository(box.dir, {})))).toHaveLength(3);
  });

  it('of a partial clone are those that are here: nothing is fetched', async () => {
    const box = await repository();
    await box.git(['config', 'uploadpack.allowFilter', 'true']);
    const clone = [
      'clone',
      '--quiet',
      '--no-checkout',
      '--filter=blob:none',
      `file://${box.dir}`,
      '../partial',
    ];
    await box.git(clone);
    const partial = findRepository(box.path('../partial'), {});
    expect(await list(pointersInTree(partial, 'HEAD'))).toEqual([]);
    await box.git(['read-tree', 'HEAD'], { cwd: '../partial' });
    expect(await list(pointersInIndex(partial))).toEqual([]);
    await box.git(['cat-file', 'blob', ':other.bin'], { cwd: '../partial' });
    expect(await list(pointersInIndex(partial))).toEqual([['other.bin', oidOf('two')]]);
  });

  it('cannot be listed for a tree that is not there', async () => {
    const box = await repository();
    const answer = list(pointersInTree(findRepository(box.dir, {}), '--help'));
    await expect(answer).rejects.toMatchObject({ code: 'GIT_FAILED' });
  });
});
