import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openMemory } from '../../../src/backend/memory.ts';
import { openClone } from '../../support/remote-clone.ts';
import { noise, text, wantedOf } from '../../support/remote-fixtures.ts';
import { upload } from '../../support/remote-push.ts';

const KiB = 1024;

describe('what was pushed', () => {
  it('is fetched with the same bytes, whatever the objects and in however many pushes', async () => {
    const size = fc.oneof(fc.integer({ min: 1, max: 600 }), fc.integer({ min: 1, max: 900 * KiB }));
    const object = fc
      .record({
        size,
        seed: fc.integer({ min: 1, max: 4 }),
        plain: fc.boolean(),
        edit: fc.integer({ min: 0, max: 500 * KiB }),
      })
      .map(({ size, seed, plain, edit }) => {
        const content = (plain ? text : noise)(size, seed);
        content.write('edited', Math.min(edit, size - 1));
        return content;
      });
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(object, { minLength: 1, maxLength: 5 }), { maxLength: 3 }),
        async (pushes) => {
          const backend = openMemory();
          for (const contents of pushes) await upload(backend, contents);
          const { fetch, read } = openClone(backend);
          const contents = pushes.flat();
          const { missing } = await fetch(wantedOf(contents));
          expect(missing).toEqual([]);
          return wantedOf(contents).every(({ oid }, i) => read(oid)?.equals(contents[i]!));
        },
      ),
      { numRuns: 15 },
    );
  });

  it('needs few requests: 200 objects of 100 KB, most of them with recipes', async () => {
    const backend = openMemory();
    const contents = Array.from({ length: 200 }, (_, i) => noise(100_000, i + 1));
    await upload(backend, contents);
    const { fetch, remote } = openClone(backend);
    expect((await fetch(wantedOf(contents))).missing).toEqual([]);
    // 20 MB in reads of 2 MiB, a read of recipes for each of the two packs, and the table.
    expect(remote.counts.get.requests).toBeLessThanOrEqual(18);
  });

  it('is as small where text follows what cannot be made smaller', async () => {
    const backend = openMemory();
    const content = Buffer.concat([noise(10_000 * KiB, 1), text(4000 * KiB, 2)]);
    await upload(backend, [content]);
    let stored = 0;
    for await (const { entries } of backend.list('packs/')) for (const { size } of entries) stored += size;
    expect(stored).toBeGreaterThan(10_000 * KiB);
    expect(stored).toBeLessThan(12_000 * KiB);
    const { fetch, read } = openClone(backend);
    expect((await fetch(wantedOf([content]))).missing).toEqual([]);
    expect(read(wantedOf([content])[0]!.oid)?.equals(content)).toBe(true);
  });
});
