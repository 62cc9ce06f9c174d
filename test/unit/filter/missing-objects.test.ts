import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { isEarly, MissingObjects } from '../../../src/filter/missing-objects.ts';
import { findRepository } from '../../../src/git/repository.ts';
import { openStore } from '../../../src/store/open.ts';
import { PARTIAL_BYTES } from '../../../src/store/partial.ts';
import { createSandbox } from '../../support/sandbox.ts';
import { content, oidOf } from '../../support/scratch.ts';

const absent = (i: number, size = 9000) => ({
  oid: i.toString(16).padStart(64, '0'),
  size,
  path: Buffer.from(`${i}.bin`),
});

async function setUp() {
  const box = createSandbox();
  await box.git(['init', '-q']);
  const repository = findRepository(box.dir, {});
  const store = openStore(repository.sharedDir);
  return { repository, store, missing: new MissingObjects(repository, store) };
}

/** How many files it takes until they are to be fetched; undefined if more than `most`. */
function filesUntilDue(
  missing: MissingObjects,
  file: (i: number) => ReturnType<typeof absent>,
  most: number,
  version: string | undefined = 'v1',
) {
  for (let i = 0; i < most; i++) {
    missing.add(file(i), version);
    if (missing.handsOver) return i + 1;
  }
  return undefined;
}

describe('files whose objects are not here', () => {
  it('are worth a fetch beside git when there are some hundreds of them, all of which it begins with', async () => {
    const { missing } = await setUp();
    const files = filesUntilDue(missing, absent, 2000)!;
    expect(files).toBeGreaterThan(400);
    expect(files).toBeLessThan(600);
    const { wanted: taken, version } = missing.take();
    expect(version).toBe('v1');
    expect(taken).toHaveLength(files);
    expect(taken[7]).toEqual({ oid: absent(7).oid, size: 9000, path: '7.bin' });
    expect(missing.take().wanted).toEqual([]);
  });

  it('count only if they are missing, and not too many are kept meanwhile', async () => {
    const { missing, store } = await setUp();
    const bytes = content(9000, 1);
    store.add(oidOf(bytes), bytes);
    const here = { oid: oidOf(bytes), size: bytes.length, path: Buffer.from('here.bin') };
    expect(filesUntilDue(missing, () => here, 10_000)).toBeUndefined();
    expect(missing.take().wanted.length).toBeLessThanOrEqual(4096);
  });

  it('are left to the end where git does not say which version they are of', async () => {
    const { missing } = await setUp();
    for (let i = 0; i < 2000; i++) missing.add(absent(i), undefined);
    expect(missing.handsOver).toBe(false);
  });

  it('are left to the end where the store cannot be read', async () => {
    const { missing, repository } = await setUp();
    fs.mkdirSync(repository.sharedDir, { recursive: true });
    fs.symlinkSync('objects-1', path.join(repository.sharedDir, 'objects-1'));
    expect(filesUntilDue(missing, absent, 2000)).toBeUndefined();
  });

  it('that are large wait until git has finished, since they are written to their place as they come', async () => {
    const { missing } = await setUp();
    const large = filesUntilDue(missing, (i) => absent(i, i % 2 === 0 ? PARTIAL_BYTES : 1), 2000)!;
    expect(missing.take().wanted).toHaveLength(Math.floor(large / 2));
    expect([isEarly(absent(1, PARTIAL_BYTES - 1)), isEarly(absent(1, PARTIAL_BYTES))]).toEqual([true, false]);
  });

  it.each(['rebase-merge', 'rebase-apply', 'sequencer'])(
    'are left where git passes through versions: %s',
    async (folder) => {
      const { missing, repository } = await setUp();
      fs.mkdirSync(path.join(repository.gitDir, folder));
      expect(filesUntilDue(missing, absent, 2000)).toBeUndefined();
    },
  );
});
