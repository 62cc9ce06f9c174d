import { expect, it } from 'vitest';
import { type KnownPointers, pointerBatchesInRange } from '../../../src/git/pointers-in-range.ts';
import { findRepository } from '../../../src/git/repository.ts';
import { formatPointer, type Pointer } from '../../../src/pointer.ts';
import { createSandbox } from '../../support/sandbox.ts';

const pointerOf = (i: number): Pointer => ({ oid: i.toString(16).padStart(64, '0'), size: i + 1 });

/** A commit of so many pointers, and a file that is none. */
async function committed(count: number) {
  const box = createSandbox();
  await box.git(['init', '--quiet']);
  for (let i = 0; i < count; i++) box.write(`d${i % 7}/${i}.bin`, formatPointer(pointerOf(i)));
  box.write('plain.txt', Buffer.alloc(5000, 'x'));
  await box.git(['add', '--all']);
  await box.git(['commit', '--quiet', '--message=all']);
  const { stdout } = await box.git(['ls-tree', '-r', 'HEAD']);
  const blobs = new Map(stdout.split('\n').map((line) => [line.split('\t')[1]!, line.split(/[ \t]/)[2]!]));
  return { box, blobs };
}

async function sizes(dir: string, known: KnownPointers): Promise<number[]> {
  const found: number[] = [];
  for await (const batch of pointerBatchesInRange(findRepository(dir, {}), ['HEAD'], [], { known })) {
    for (const { pointer, path } of batch) {
      expect(path.toString()).toBe(`d${(pointer.size - 1) % 7}/${pointer.size - 1}.bin`);
      found.push(pointer.size);
    }
  }
  return found.sort((a, b) => a - b);
}

it('few are read by git, whatever is known: nobody has to learn anything for them', async () => {
  const { box } = await committed(20);
  const find = () => {
    throw new Error('nobody asks');
  };
  expect(await sizes(box.dir, { count: 1e6, find })).toEqual(Array.from({ length: 20 }, (_, i) => i + 1));
});

it('many are those that are known, and git is asked for the others', async () => {
  const count = 4200;
  const { box, blobs } = await committed(count);
  const known = new Map<string, Pointer>();
  for (let i = 0; i < count; i += 2) known.set(blobs.get(`d${i % 7}/${i}.bin`)!, pointerOf(i));
  const asked: string[] = [];
  const find = (blob: string) => {
    asked.push(blob);
    return known.get(blob);
  };
  expect(await sizes(box.dir, { count: 1e6, find })).toEqual(Array.from({ length: count }, (_, i) => i + 1));
  expect(new Set(asked)).toEqual(expect.objectContaining({ size: asked.length }));
  expect(asked.length).toBeGreaterThan(count);
});
