import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { distinctPointers } from '../../../src/git/distinct-pointers.ts';
import { findRepository } from '../../../src/git/repository.ts';
import { formatPointer, type Pointer } from '../../../src/pointer.ts';
import { createSandbox, type Sandbox } from '../../support/sandbox.ts';

const pointerTo = (content: string): Pointer => ({
  oid: createHash('sha256').update(content).digest('hex'),
  size: content.length,
});

async function list(box: Sandbox, treeish = 'HEAD'): Promise<Pointer[]> {
  const found: Pointer[] = [];
  for await (const pointers of distinctPointers(findRepository(box.dir, {}), treeish))
    found.push(...pointers);
  return found;
}

describe('the distinct pointers of a version', () => {
  it('come in the order of the paths, each once, from very many files of any size', async () => {
    const box = createSandbox();
    await box.git(['init', '--quiet']);
    // In git's order a folder stands as if a slash ended its name.
    const names = ['a-b', 'a/0', 'a/1', 'a0', ...Array.from({ length: 3000 }, (_, i) => `b/${1000 + i}`)];
    for (const name of names) box.write(name, formatPointer(pointerTo(name)));
    box.write('a/again', formatPointer(pointerTo('a-b')));
    box.write('empty', '');
    box.write('long.txt', 'git-lode 1'.repeat(100_000));
    box.write('short.txt', 'git-lode 1: git lode pull\nno more than that\n');
    await box.git(['add', '--all']);
    await box.git(['commit', '--quiet', '--file=-'], { input: 'a long message\n'.repeat(10_000) });
    expect(await list(box)).toEqual(names.map(pointerTo));
    const { stdout } = await box.git(['rev-parse', 'HEAD:a']);
    expect(await list(box, stdout.trim())).toEqual(['a/0', 'a/1', 'a-b'].map(pointerTo));
  });

  it('of a partial clone are those that are here: nothing is fetched', async () => {
    const origin = createSandbox();
    await origin.git(['init', '--quiet']);
    await origin.git(['config', 'uploadpack.allowFilter', 'true']);
    origin.write('a.bin', formatPointer(pointerTo('a')));
    await origin.git(['add', '--all']);
    await origin.git(['commit', '--quiet', '--message=first']);
    const box = createSandbox();
    await box.git(['clone', '-q', '--no-checkout', '--filter=blob:none', `file://${origin.dir}`, '.']);
    expect(await list(box)).toEqual([]);
  });

  it('of what is no version are an error', async () => {
    const box = createSandbox();
    await box.git(['init', '--quiet']);
    await expect(list(box, '-x')).rejects.toMatchObject({ code: 'GIT_FAILED' });
  });
});
