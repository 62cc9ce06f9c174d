import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  contentOf,
  type DataRepository,
  emptyRepository,
  installedSandbox,
} from '../../support/data-repository.ts';
import { MAIN, writeHistory } from '../../support/history.ts';
import type { Sandbox } from '../../support/sandbox.ts';
import { expectOutcome } from './outcome.ts';

/** Commands that hand content to somebody else: a pointer there would be read as data. Each gives version 1 of large.bin. */
const readers: readonly { name: string; run: (repository: DataRepository) => Promise<Buffer> }[] = [
  {
    name: 'archive',
    run: async (repository) => {
      await repository.git(['archive', '--output', '../out.tar', 'v1']);
      return (await repository.sh('tar -xOf ../out.tar large.bin')).bytes;
    },
  },
  {
    name: 'cat-file --filters',
    run: async (repository) => (await repository.git(['cat-file', '--filters', 'v1:large.bin'])).bytes,
  },
  {
    name: 'cat-file --batch --filters',
    run: async (repository) => {
      const { bytes } = await repository.git(['cat-file', '--batch', '--filters'], {
        input: 'v1:large.bin large.bin\n',
      });
      return bytes.subarray(bytes.indexOf(10) + 1, -1);
    },
  },
  {
    name: 'difftool',
    run: async (repository) => {
      const env = { SEEN: repository.file('../seen') };
      fs.writeFileSync(
        repository.file('../tool'),
        '#!/bin/sh\n[ "$BASE" != large.bin ] || cp "$1" "$SEEN"\n',
        { mode: 0o755 },
      );
      await repository.git(['difftool', '--no-prompt', '--extcmd', repository.file('../tool'), 'v1'], {
        env,
      });
      return fs.readFileSync(env.SEEN);
    },
  },
  {
    name: 'difftool --dir-diff',
    run: async (repository) => {
      fs.writeFileSync(repository.file('../tool'), '#!/bin/sh\ncp "$1/large.bin" "$SEEN"\n', { mode: 0o755 });
      const env = { SEEN: repository.file('../seen-dir') };
      await repository.git(
        ['difftool', '--dir-diff', '--no-prompt', '--extcmd', repository.file('../tool'), 'v1'],
        { env },
      );
      return fs.readFileSync(env.SEEN);
    },
  },
  {
    name: 'cat-file --filters, by a one-shot smudge',
    run: async (repository) => {
      await repository.git(['config', '--global', '--unset', 'filter.lode.process']);
      const { bytes } = await repository.git(['cat-file', '--filters', 'v1:large.bin']);
      await repository.box.lode(['install', '--global', '--quiet']);
      return bytes;
    },
  },
  {
    name: 'checkout-index --prefix',
    run: async (repository) => {
      await repository.git(['checkout-index', '--force', '--prefix=../export/', 'large.bin']);
      const seen = fs.readFileSync(repository.file('../export/large.bin'));
      return seen.equals(contentOf('large.bin', 2)) ? contentOf('large.bin', 1) : seen;
    },
  },
];

let box: Sandbox;
let repository: DataRepository;

beforeAll(async () => {
  box = await installedSandbox();
  repository = await emptyRepository(box, 'repository');
  await writeHistory(repository);
});
afterAll(() => box.remove());

describe('content, not a pointer', () => {
  for (const { name, run } of readers) {
    it(name, async () => {
      expect((await run(repository)).equals(contentOf('large.bin', 1))).toBe(true);
      await expectOutcome(repository, MAIN);
    });
  }
});

// As a git that was killed leaves it. What the index stands for is not asked here: git would have to lock it.
describe('content beside an index.lock', () => {
  const lock = () => path.join(repository.dir, '.git/index.lock');
  beforeAll(() => fs.writeFileSync(lock(), ''));
  afterAll(() => fs.rmSync(lock()));

  for (const { name, run } of readers) {
    it(name, async () => {
      expect((await run(repository)).equals(contentOf('large.bin', 1))).toBe(true);
      expect(await repository.status()).toEqual({ lines: [], cleaned: false });
    });
  }
});
