import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { openMemory } from '../../../src/backend/memory.ts';
import { newCounts, totalRequests, withCount } from '../../../src/backend/with-count.ts';

it('counts requests and the bytes that moved, by operation', async () => {
  const counts = newCounts();
  const memory = openMemory();
  const backend = withCount(memory, counts);
  const bytes = Buffer.alloc(100);
  const sha256 = createHash('sha256').update(bytes).digest('hex');

  await backend.put('a', [bytes.subarray(0, 40), bytes.subarray(40)], sha256);
  await backend.put('a', [bytes], sha256);
  await backend.get('a', { offset: 0, length: 30 });
  await expect(backend.get('b')).rejects.toThrow();
  await backend.head('a');
  for (let index = 0; index < 1_500; index += 1) memory.files.set(`k/${index}`, { bytes, time: 0 });
  for await (const _page of backend.list('k/'));
  await backend.delete(['a', 'b']);

  expect(counts).toEqual({
    put: { requests: 2, bytes: 100 },
    get: { requests: 2, bytes: 30 },
    head: { requests: 1, bytes: 0 },
    list: { requests: 2, bytes: 0 },
    delete: { requests: 1, bytes: 0 },
  });
  expect(totalRequests(counts)).toBe(8);
});
