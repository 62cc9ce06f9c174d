import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { madeFrom } from '../../../src/git/made-from.ts';
import { likest } from '../../../src/git/relatives.ts';
import { findRepository } from '../../../src/git/repository.ts';
import { formatPointer } from '../../../src/pointer.ts';
import { createSandbox, type Sandbox } from '../../support/sandbox.ts';

const oidOf = (content: string) => createHash('sha256').update(content).digest('hex');
const pointerTo = (content: string) => formatPointer({ oid: oidOf(content), size: content.length });

async function create(): Promise<Sandbox> {
  const box = createSandbox();
  await box.git(['init', '--quiet']);
  return box;
}

async function commit(box: Sandbox, files: Record<string, string | undefined>) {
  for (const [name, content] of Object.entries(files)) {
    if (content === undefined) await box.git(['rm', '--quiet', '--', name]);
    else box.write(name, pointerTo(content));
  }
  await box.git(['add', '--all']);
  await box.git(['commit', '--quiet', '--allow-empty', '--message=more']);
  return (await box.git(['rev-parse', 'HEAD'])).stdout.trim();
}

/** Of each content of the range the contents that it was made from, by their oids. */
async function origins(dir: string, include: string, exclude: string[], wanted: readonly string[]) {
  const box = createSandbox();
  const blobs = new Map<string, string>();
  for (const content of wanted) {
    const file = box.write('pointer', pointerTo(content));
    const { stdout } = await box.git(['hash-object', '--no-filters', file], {
      cwd: dir,
    });
    blobs.set(stdout.trim(), content);
  }
  const repository = findRepository(dir, {});
  const found = await madeFrom(repository, { include: [include], exclude }, (blob) => blobs.has(blob));
  return Object.fromEntries([...found].map(([blob, from]) => [blobs.get(blob), from.map(({ oid }) => oid)]));
}

describe('what the content of a range was made from', () => {
  it('is what its commits replaced at the same path, in this range or before it', async () => {
    const box = await create();
    const first = await commit(box, { 'a.bin': 'one', 'b\n:c.bin': 'x' });
    await commit(box, { 'a.bin': 'two' });
    const head = await commit(box, { 'a.bin': 'three', 'b\n:c.bin': 'y' });
    expect(await origins(box.dir, head, [first], ['two', 'three', 'y'])).toEqual({
      two: [oidOf('one')],
      three: [oidOf('two')],
      y: [oidOf('x')],
    });
    expect(await origins(box.dir, head, [first], ['two'])).toEqual({ two: [oidOf('one')] });
    expect(await origins(box.dir, head, [head], ['two'])).toEqual({});
  });

  it('is the file that the same commit took away, if it has the same name, or else the same extension', async () => {
    const box = await create();
    const first = await commit(box, { 'old/a.bin': 'a', 'old/b.bin': 'b', 'old/c.txt': 'c' });
    const head = await commit(box, {
      'old/a.bin': undefined,
      'old/b.bin': undefined,
      'old/c.txt': undefined,
      'new/a.bin': 'A',
      'new/other.txt': 'C',
    });
    expect(await origins(box.dir, head, [first], ['A', 'C'])).toEqual({
      A: [oidOf('a')],
      C: [oidOf('c')],
    });
  });

  it('is what the path held before it was deleted', async () => {
    const box = await create();
    await commit(box, { 'a.bin': 'one' });
    await commit(box, { 'a.bin': 'two' });
    const before = await commit(box, { 'a.bin': undefined });
    const head = await commit(box, { 'a.bin': 'three' });
    expect(await origins(box.dir, head, [before], ['three'])).toEqual({ three: [oidOf('two')] });
  });

  it('is the file beside it whose name is most alike, as it was before', async () => {
    const box = await create();
    const first = await commit(box, { 'd/2026-01-30.csv': '30', 'd/2026-01-31.csv': '31', 'd/x.txt': 'x' });
    const head = await commit(box, { 'd/2026-02-01.csv': '1', 'd/2026-01-31.csv': '31a' });
    expect(await origins(box.dir, head, [first], ['1'])).toEqual({ 1: [oidOf('31')] });
  });

  it('is on the first parent’s side, for what a merge brings', async () => {
    const box = await create();
    const first = await commit(box, { 'a.bin': 'one' });
    await box.git(['checkout', '--quiet', '-b', 'side']);
    await commit(box, { 'a.bin': 'theirs' });
    await box.git(['checkout', '--quiet', '-']);
    await commit(box, { 'a.bin': 'ours' });
    await box.git(['merge', '--quiet', '--strategy=ours', '--no-commit', 'side']);
    const head = await commit(box, { 'a.bin': 'both' });
    expect(await origins(box.dir, head, [first], ['ours', 'theirs', 'both'])).toEqual({
      ours: [oidOf('one')],
      theirs: [oidOf('one')],
      both: [oidOf('ours')],
    });
  });

  it('is nothing for plain files that became tracked, nor for what a partial clone does not have', async () => {
    const box = await create();
    box.write('a.bin', Buffer.alloc(100_000, 1));
    await commit(box, { 'b.dat': 'one' });
    const head = await commit(box, { 'a.bin': 'two', 'b.dat': 'three' });
    expect(await origins(box.dir, head, [], ['two', 'three'])).toEqual({ three: [oidOf('one')] });
    await box.git(['config', 'uploadpack.allowFilter', 'true']);
    await box.git(['clone', '--quiet', '--filter=blob:none', `file://${box.dir}`, '../partial']);
    await box.git(['clone', '--quiet', '--bare', '--filter=tree:0', `file://${box.dir}`, '../treeless']);
    expect(await origins(box.path('../partial'), head, [], ['two', 'three'])).toEqual({});
    expect(await origins(box.path('../treeless'), head, [], ['two', 'three'])).toEqual({});
  });
});

describe('the most similar name', () => {
  it('begins alike for longest, has the same extension, and is the last of several', () => {
    expect(likest('b-3.csv', ['a-2.csv', 'b-1.csv', 'b-2.csv', 'b-3.txt', 'b-3.csv'])).toBe('b-2.csv');
    expect(likest('b-3.csv', ['b-3.txt'])).toBeUndefined();
  });
});
