import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FaultPoint } from '../../../src/fault-point.ts';
import { parsePointer } from '../../../src/pointer.ts';
import {
  contentOf,
  type DataRepository,
  emptyRepository,
  installedSandbox,
  oidOf,
} from '../../support/data-repository.ts';
import { FIRST, MAIN } from '../../support/history.ts';
import { leftIn, meanwhile } from '../../support/interruption.ts';
import type { Sandbox } from '../../support/sandbox.ts';

let box: Sandbox;
let template: DataRepository;
let count = 0;

beforeAll(async () => {
  box = await installedSandbox();
  template = await emptyRepository(box, 'template');
  await template.commit(FIRST, 'v1');
  await template.commit(MAIN, 'v2');
});
afterAll(() => box.remove());

const fresh = () => template.copy(path.join(box.root, `copy-${count++}`));

/** Every object of the store must be what its name says. */
function expectSoundStore(repository: DataRepository): void {
  const folder = repository.file('.git/lode/objects-1');
  for (const entry of fs.readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    expect(hashOf(path.join(entry.parentPath, entry.name))).toBe(entry.name);
  }
}

describe.concurrent('a file that changes while git add reads it', () => {
  const changes: readonly [string, (file: string) => void][] = [
    ['grows', (file) => fs.appendFileSync(file, contentOf('large.bin', 8))],
    ['shrinks', (file) => fs.truncateSync(file, 1000)],
    ['keeps its size', (file) => patch(file, 1_200_000)],
    ['is replaced', (file) => replace(file, contentOf('large.bin', 9))],
    ['is removed', (file) => fs.rmSync(file)],
  ];

  it.each(changes)(
    'and %s is stored as some whole content, seen as changed, and added by the next git add',
    async (_, change) => {
      const repository = await fresh();
      const file = repository.file('large.bin');
      // Larger than what git and the pipe have taken in when the program stops.
      const before = Buffer.concat([
        contentOf('large.bin', 5),
        contentOf('large.bin', 6),
        contentOf('large.bin', 7),
      ]);
      fs.writeFileSync(file, before);
      // Where blocks are shared, what git has piped may be in no file any more: then nothing of it is staged.
      await meanwhile(repository, ['add', 'large.bin'], 'object-half-written', () => change(file), {
        mayFail: /large\.bin: the file changed while it was read/,
      });
      fs.rmSync(repository.file('.git/index.lock'), { force: true });
      const after = hashOf(file);
      expectSoundStore(repository);
      // What is staged may not be what the file holds, but then git knows.
      const { oid } = parsePointer((await repository.git(['cat-file', 'blob', ':large.bin'])).bytes)!;
      expect((await repository.git(['diff', '--name-only'])).stdout).toBe(oid === after ? '' : 'large.bin\n');
      await repository.git(['add', '-A']);
      await repository.git(['commit', '-qm', 'after']);
      expect((await repository.status()).lines).toEqual([]);
      await repository.git(['checkout', '-q', 'v1']);
      await repository.git(['checkout', '-q', 'main']);
      expect(hashOf(file)).toBe(after);
      expect(leftIn(repository.dir)).toEqual([]);
    },
  );
});

describe.concurrent('a file that a person edits while a checkout ends', () => {
  const EDIT = Buffer.from('mine\n');
  const steps: readonly [FaultPoint, string, (file: string) => void][] = [
    ['sizes-forgotten', 'small.bin', (file) => fs.writeFileSync(file, EDIT)],
    ['sizes-forgotten', 'large.bin', (file) => replace(file, EDIT)],
    ['tail-written', 'small.bin', (file) => replace(file, EDIT)],
    ['tail-written', 'small.bin', (file) => fs.writeFileSync(file, EDIT)],
    ['file-copied', 'large.bin', (file) => fs.writeFileSync(file, EDIT)],
    ['file-copied', 'large.bin', (file) => replace(file, EDIT)],
    ['file-replaced', 'large.bin', (file) => fs.writeFileSync(file, EDIT)],
    ['files-replaced', 'large.bin', (file) => fs.writeFileSync(file, EDIT)],
    ['files-replaced', 'large.bin', (file) => patch(file, 5000)],
    ['files-replaced', 'tiny.bin', (file) => fs.rmSync(file)],
    ['index-patched', 'small.bin', (file) => replace(file, EDIT)],
  ];

  it.each(steps)('at %s keeps the edit, and git sees it: %s', async (step, name, edit) => {
    const repository = await fresh();
    await repository.git(['checkout', '-q', 'v1']);
    const file = repository.file(name);
    await meanwhile(repository, ['checkout', '-q', 'main'], step, () => edit(file));
    const edited = hashOf(file);
    expect(edited).not.toBe(oidOf(name, 2));
    const others = Object.fromEntries(Object.entries(MAIN).filter(([other]) => other !== name));
    await repository.git(['lode', 'pull', '--quiet']);
    await repository.expectFiles(others);
    expect((await repository.status()).lines).toEqual([edited === undefined ? ` D ${name}` : ` M ${name}`]);
    expect(hashOf(file)).toBe(edited);
    expect(leftIn(repository.dir)).toEqual([]);
  });
});

describe.concurrent('git gc beside a git add', () => {
  it.each([
    ['object-half-written', ['gc', '--quiet', '--prune=now']],
    ['object-in-place', ['gc', '--quiet']],
    ['objects-flushed', ['gc', '--quiet', '--prune=now']],
  ] as const)('at %s takes nothing away: git %s', async (step, gc) => {
    const repository = await fresh();
    repository.write('large.bin', 5);
    repository.write('other.bin', 5);
    await meanwhile(repository, ['add', '.'], step, () => repository.git(gc).then(() => {}));
    await repository.git(['commit', '-qm', 'after']);
    await repository.git(['fsck', '--strict']);
    await repository.git(['checkout', '-q', 'v1']);
    await repository.git(['checkout', '-q', 'main']);
    await repository.expectFiles({ ...MAIN, 'large.bin': 5, 'other.bin': 5 });
  });
});

function hashOf(file: string): string | undefined {
  return fs.existsSync(file) ? createHash('sha256').update(fs.readFileSync(file)).digest('hex') : undefined;
}

/** As an editor saves: another file, and a rename. */
function replace(file: string, bytes: Uint8Array): void {
  fs.writeFileSync(`${file}.new`, bytes);
  fs.renameSync(`${file}.new`, file);
}

/** Changes bytes in place. */
function patch(file: string, at: number): void {
  const fd = fs.openSync(file, 'r+');
  fs.writeSync(fd, 'changed', at);
  fs.closeSync(fd);
}
