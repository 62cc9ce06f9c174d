import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  contentOf,
  type DataRepository,
  emptyRepository,
  installedSandbox,
} from '../../support/data-repository.ts';
import type { Sandbox } from '../../support/sandbox.ts';

let box: Sandbox;
beforeAll(async () => {
  box = await installedSandbox();
});
afterAll(() => box.remove());

const names: Readonly<Record<string, string | Buffer>> = {
  spaces: 'with space.bin',
  quotes: '"quoted" and \'so\'.bin',
  'a newline': 'line\nbreak.bin',
  'a tab and a backslash': 'tab\tand \\ backslash.bin',
  'a leading dash': '-leading dash.bin',
  'the magic of a pathspec': ':(top)magic.bin',
  'the letters of a glob': '*glob?[a].bin',
  "a shell's own letters": '%f $(touch x) `y`.bin',
  'NFC letters': 'größe 数据.bin',
  'NFD letters': 'gro\u0308ße.bin',
  'non-UTF-8 bytes': Buffer.from('not utf-8 \xff\xfe.bin', 'latin1'),
  'folders with spaces and dashes': 'folder with space/-dash/file.bin',
  'a leading dot': '.hidden.bin',
  'many letters': `${'long'.repeat(40)}/${'name'.repeat(50)}.bin`,
};

const indexes: Readonly<Record<string, readonly string[]>> = {
  'an ordinary index': [],
  'a version 4 index': ['update-index', '--index-version=4'],
  'a split index': ['update-index', '--split-index'],
};

interface Named {
  readonly file: Buffer;
  readonly content: Buffer;
}

/** Commits the files, and takes them out of the working tree. */
async function committed(repository: DataRepository, some: readonly (string | Buffer)[]): Promise<Named[]> {
  const top = Buffer.from(`${repository.dir}/`);
  const files = some.map((name, i) => ({
    file: Buffer.concat([top, Buffer.from(name)]),
    content: contentOf(i % 2 ? 'small.bin' : 'tiny.bin', i),
  }));
  for (const { file, content } of files) {
    fs.mkdirSync(file.subarray(0, file.lastIndexOf('/')), { recursive: true });
    fs.writeFileSync(file, content);
    fs.utimesSync(file, 1e9, 1e9);
  }
  await repository.git(['add', '--all']);
  await repository.git(['commit', '-qm', 'names']);
  expect(await repository.stagedWithoutPointer()).toEqual([]);
  for (const { file } of files) fs.rmSync(file);
  return files;
}

/** `mayRead`: arguments that are not UTF-8 cannot be given to git: with a split index it looks at that one file itself. */
async function expectBack(repository: DataRepository, files: readonly Named[], mayRead = 0): Promise<void> {
  for (const { file, content } of files) {
    expect(fs.readFileSync(file).equals(content), file.toString()).toBe(true);
  }
  const { lines, read } = await repository.statusAndReads();
  expect(lines).toEqual([]);
  expect(read.length).toBeLessThanOrEqual(mayRead);
}

describe.concurrent('a path name with', () => {
  for (const [kind, name] of Object.entries(names)) {
    it(kind, async () => {
      const repository = await emptyRepository(box, kind);
      const files = await committed(repository, [name]);
      await repository.git(['checkout', '-q', '--', '.']);
      await expectBack(repository, files);
      const out = path.join(box.root, `${kind}.tar`);
      await repository.git(['archive', `--output=${out}`, 'HEAD']);
      // The one file of the archive that is no attributes file: its bytes are in the tar as they are.
      expect(fs.readFileSync(out).includes(files[0]!.content)).toBe(true);
    });
  }

  for (const [index, prepare] of Object.entries(indexes)) {
    it(`any of these, all in ${index}`, async () => {
      const repository = await emptyRepository(box, index);
      const files = await committed(repository, Object.values(names));
      if (prepare.length > 0) await repository.git(prepare);
      await repository.git(['checkout', '-q', '--', '.']);
      await expectBack(repository, files, index === 'a split index' ? 1 : 0);
    });
  }
});
