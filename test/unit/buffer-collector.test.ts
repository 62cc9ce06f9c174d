import { describe, expect, it } from 'vitest';
import { BufferCollector, collectAll, HeapCollector } from '../../src/buffer-collector.ts';

const MiB = 1024 * 1024;

/** Bytes on the heap that nobody needs any more, of objects that have outlived the collection of the young. */
function leaveBehind(objects: number): void {
  let kept: object[] = [];
  for (let i = 0; i < objects; i++) kept.push({ i, name: `object ${i}` });
  const young = new BufferCollector();
  for (let i = 0; i < 2; i++) young.after(8 * MiB);
  kept = [];
}

const heap = () => process.memoryUsage().heapUsed;

describe('garbage', () => {
  it('that is old is gone when all of it has been collected', async () => {
    const before = heap();
    leaveBehind(500_000);
    expect(heap() - before).toBeGreaterThan(15 * MiB);
    await collectAll();
    expect(heap() - before).toBeLessThan(10 * MiB);
  });

  it('is collected when the heap has outgrown its bound, and not before', async () => {
    await collectAll();
    const collector = new HeapCollector();
    leaveBehind(300_000);
    const little = heap();
    collector.check();
    expect(heap()).toBeGreaterThan(little - 5 * MiB);
    let kept: object[] = [];
    while (heap() < 120 * MiB) for (let i = 0; i < 100_000; i++) kept.push({ i });
    kept = [];
    collector.check();
    expect(heap()).toBeLessThan(100 * MiB);
  });
});
