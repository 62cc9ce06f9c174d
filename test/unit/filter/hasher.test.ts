import fs from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RING_SLOTS, SLOT_BYTES } from '../../../src/filter/hash-ring.ts';
import { type Hasher, inlineHasher, threadHasher } from '../../../src/filter/hasher.ts';
import { projectDir } from '../../support/program.ts';
import { content, oidOf, scratchFolder } from '../../support/scratch.ts';

async function hashWorker(): Promise<URL> {
  const file = path.join(scratchFolder(), 'hash-worker.mjs');
  const entry = path.join(projectDir, 'src/filter/hash-worker.ts');
  await build({ entryPoints: [entry], bundle: true, platform: 'node', format: 'esm', outfile: file });
  return pathToFileURL(file);
}

function hashOf(hasher: Hasher, bytes: Buffer, pieces: readonly number[]): string {
  let turn = 0;
  for (let at = 0; at < bytes.length; ) {
    const slot = hasher.acquire();
    const length = bytes.copy(slot, 0, at, at + Math.min(pieces[turn++ % pieces.length]!, SLOT_BYTES));
    hasher.submit(length);
    at += length;
  }
  return hasher.digest();
}

describe.each(['inline', 'in a thread'])('hashing %s', (how) => {
  it('gives the SHA-256 of each of several contents', async () => {
    const hasher = how === 'inline' ? inlineHasher() : threadHasher(await hashWorker());
    const size = fc.oneof(
      fc.integer({ min: 0, max: 100 }),
      fc.integer({ min: 0, max: 3 * RING_SLOTS * SLOT_BYTES }),
    );
    const piece = fc.integer({ min: SLOT_BYTES >> 4, max: SLOT_BYTES });
    fc.assert(
      fc.property(size, fc.array(piece, { minLength: 1, maxLength: 5 }), (bytes, pieces) => {
        const all = content(bytes, bytes);
        expect(hashOf(hasher, all, pieces)).toBe(oidOf(all));
      }),
      { numRuns: 12 },
    );
  });

  it('is ready for the next content after one that was given up', async () => {
    const hasher = how === 'inline' ? inlineHasher() : threadHasher(await hashWorker());
    content(100, 1).copy(hasher.acquire());
    hasher.submit(100);
    hasher.acquire();
    hasher.digest();
    expect(hashOf(hasher, content(100, 2), [100])).toBe(oidOf(content(100, 2)));
  });
});

describe('a thread that ends', () => {
  it.each([
    ['before it has begun', 'process.exit(1)'],
    ['with an error', 'throw new Error("out of memory")'],
  ])('%s is noticed instead of waited for', (_, code) => {
    const script = path.join(scratchFolder(), 'broken.mjs');
    fs.writeFileSync(script, `process.stderr.write = () => true; ${code};`);
    const hasher = threadHasher(pathToFileURL(script), 5);
    expect(() => hashOf(hasher, content(20 * SLOT_BYTES, 1), [SLOT_BYTES])).toThrowError(
      expect.objectContaining({ code: 'INTERNAL' }),
    );
  });
});
