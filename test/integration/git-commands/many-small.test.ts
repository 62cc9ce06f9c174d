import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MANY_SMALL_FILES } from '../../../src/filter/small-files.ts';
import {
  type DataRepository,
  emptyRepository,
  installedSandbox,
  oidOf,
} from '../../support/data-repository.ts';
import type { Sandbox } from '../../support/sandbox.ts';
import { expectNothingLeft } from './outcome.ts';

const COUNT = MANY_SMALL_FILES + 200;
const NAMES = Array.from({ length: COUNT }, (_, i) => `d${i % 7}/f${i}.bin`);
const all = (version: number) => Object.fromEntries(NAMES.map((name) => [name, version]));

let box: Sandbox;
let template: DataRepository;
let count = 0;

beforeAll(async () => {
  box = await installedSandbox();
  template = await emptyRepository(box, 'template');
  // So many objects would have git pack them in the background, while they are copied.
  await template.git(['config', 'gc.auto', '0']);
  await template.commit({ ...all(1), 'large.bin': 1 }, 'v1');
  await template.commit({ ...all(2), 'large.bin': 2 }, 'v2');
});
afterAll(() => box.remove());

const fresh = () => template.copy(path.join(box.root, `copy-${count++}`));

describe.concurrent('very many small files', () => {
  it('get the content of each version, by whatever command, and git finds none changed', async () => {
    const repository = await fresh();
    for (const [version, ...args] of [
      [1, 'switch', '-q', '--detach', 'v1'],
      [2, 'checkout', '-q', 'v2', '--', '.'],
      [1, 'reset', '-q', '--hard', 'v1'],
      [2, 'rebase', '-q', 'v2'],
    ] as const) {
      await repository.git(args);
      await repository.expectFiles({ ...all(version), 'large.bin': version });
      expect((await repository.status()).cleaned).toBe(false);
      expectNothingLeft(repository.file('.git'));
    }
    expect((await repository.status()).lines).toEqual([]);
  });

  it('show an edit of the second in which they were written', async () => {
    const repository = await fresh();
    await repository.git(['checkout', '-q', 'v1']);
    for (const name of NAMES.slice(-20)) fs.writeFileSync(repository.file(name), Buffer.alloc(5000, 1));
    expect((await repository.status()).lines).toHaveLength(20);
  });

  it('are pointers, and named, where the store has lost some of them', async () => {
    const repository = await fresh();
    const lost = [...NAMES].sort().slice(-3);
    const folder = repository.file('.git/lode/objects-1');
    const bundles = repository.file('.git/lode/bundles-1');
    await repository.git(['checkout', '-q', '--orphan', 'nothing']);
    for (const name of lost) {
      fs.rmSync(path.join(folder, oidOf(name, 1).slice(0, 2), oidOf(name, 1)), { force: true });
      damage(bundles, oidOf(name, 1));
    }
    const { stderr } = await repository.git(['checkout', '-q', '-f', 'v1']);
    expect(stderr).toContain('3 files are still pointers');
    const pointers = Object.fromEntries(lost.map((name) => [name, 'a pointer']));
    expect(repository.look(NAMES)).toEqual({ ...all(1), ...pointers });
    expect((await repository.status()).lines).toEqual([]);
  });
});

/** Changes the first byte of an object wherever bundles have it. */
function damage(folder: string, oid: string): void {
  for (const name of fs.readdirSync(folder).filter((each) => each.endsWith('.bundle'))) {
    const file = path.join(folder, name);
    const bytes = fs.readFileSync(file);
    const at = bytes.indexOf(Buffer.from(oid, 'hex'));
    if (at < 0) continue;
    bytes[at + 36]! ^= 1;
    fs.rmSync(file);
    fs.writeFileSync(file, bytes);
  }
}
