import fc from 'fast-check';
import { expect, it } from 'vitest';
import { inOrder } from '../../../src/remote/in-order.ts';

const later = (turns: number) =>
  new Promise<void>((resolve) => {
    const wait = (left: number) => (left === 0 ? resolve() : setImmediate(wait, left - 1));
    wait(turns);
  });

async function all<R>(results: AsyncIterable<R>): Promise<R[]> {
  const taken: R[] = [];
  for await (const result of results) taken.push(result);
  return taken;
}

it('gives what comes of the items in their order, however long each takes, and never works on more than so many', async () => {
  const item = fc.integer({ min: 0, max: 5 });
  await fc.assert(
    fc.asyncProperty(
      fc.array(item, { maxLength: 30 }),
      fc.integer({ min: 1, max: 7 }),
      async (turns, width) => {
        let underWay = 0;
        let most = 0;
        const work = async (each: number) => {
          most = Math.max(most, ++underWay);
          await later(each);
          underWay--;
          return each;
        };
        expect(await all(inOrder(turns, { width, work }))).toEqual(turns);
        expect(most).toBeLessThanOrEqual(width);
      },
    ),
    { numRuns: 50 },
  );
});

it('begins an item that waits only when what came of those before has been taken', async () => {
  const taken: string[] = [];
  const work = async (each: string) => {
    await later(3);
    return each === 'waits' ? `after ${taken.join()}` : each;
  };
  const results = inOrder(['a', 'b', 'waits', 'c'], { width: 4, work, waits: (each) => each === 'waits' });
  for await (const result of results) taken.push(result);
  expect(taken).toEqual(['a', 'b', 'after a,b', 'c']);
});

it('throws the first failure in the order of the items, and no other one unheard', async () => {
  const work = async (each: number) => {
    await later(4 - each);
    if (each >= 2) throw new Error(`item ${each}`);
    return each;
  };
  await expect(all(inOrder([1, 2, 3], { width: 3, work }))).rejects.toThrow('item 2');
});
