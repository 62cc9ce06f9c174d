import { posix } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_READ } from '../../../src/backend/backend.ts';
import { checkPrefix, checkRange, isKey } from '../../../src/backend/keys.ts';

const nearKeys = fc.string({
  unit: fc.constantFrom('a', '0', '-', '.', '/', '_', 'A', '\\', '\n', ':'),
  maxLength: 12,
});

describe('a key', () => {
  it('stays below the root whatever it is joined to', () => {
    fc.assert(
      fc.property(nearKeys, (key) => {
        if (!isKey(key)) return;
        expect(posix.join('/srv', key)).toBe(`/srv/${key}`);
        expect(key).toMatch(/^[a-z0-9./-]+$/);
      }),
      { numRuns: 500 },
    );
  });

  it('is what the remote’s format uses', () => {
    for (const key of ['git-lode.json', `packs/${'0'.repeat(64)}`, 'pins/release-1.0', 'a']) {
      expect(isKey(key), key).toBe(true);
    }
  });

  it('is nothing that a system puts into a folder by itself', () => {
    for (const name of ['.nfs000000000a1b2c3d', '.DS_Store', '_tmp', 'Thumbs.db', 'a'.repeat(600)]) {
      expect(isKey(name), name).toBe(false);
    }
  });
});

describe('a prefix', () => {
  it('may end within a name', () => {
    for (const prefix of ['', 'packs/', 'packs/ab', 'p', 'a/b/'])
      expect(() => checkPrefix(prefix)).not.toThrow();
  });

  it('is refused where no key can start so', () => {
    for (const prefix of ['/', '../', 'a//', 'a/../', '.', 'a/.b', 'A']) {
      expect(() => checkPrefix(prefix), prefix).toThrow(expect.objectContaining({ code: 'PATH_UNSAFE' }));
    }
  });
});

describe('a range', () => {
  it('up to the bound is allowed, beyond it not', () => {
    expect(() => checkRange('a', { offset: 5, length: MAX_READ })).not.toThrow();
    expect(() => checkRange('a', { offset: 5, length: MAX_READ + 1 })).toThrow(
      expect.objectContaining({ code: 'REMOTE_FORMAT' }),
    );
  });
});
