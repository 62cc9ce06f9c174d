import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type DataRepository,
  emptyRepository,
  installedSandbox,
  oidOf,
} from '../../support/data-repository.ts';
import { FIRST } from '../../support/history.ts';
import { interrupted, leftIn } from '../../support/interruption.ts';
import type { Sandbox } from '../../support/sandbox.ts';
import { ADD } from './steps.ts';

let box: Sandbox;
let template: DataRepository;
let count = 0;

const many = Object.fromEntries(Array.from({ length: 260 }, (_, i) => [`many/${i}.bin`, 1]));

beforeAll(async () => {
  box = await installedSandbox();
  template = await emptyRepository(box, 'template');
  await template.commit(FIRST, 'v1');
});
afterAll(() => box.remove());

describe.concurrent('a git add that is interrupted loses nothing that was staged, and is done again', () => {
  it.each(ADD)('at %s: %s', async (step, way) => {
    const repository = await template.copy(path.join(box.root, `copy-${count++}`));
    repository.write('large.bin', 5);
    repository.write('small.bin', 5);
    await repository.git(['add', '.']);
    // One more version on top of what is staged, and so many files that they share a bundle where that is tried.
    const isBundle = step.startsWith('bundle');
    const files = isBundle ? many : { 'large.bin': 6, 'other.bin': 1 };
    for (const [name, version] of Object.entries(files)) repository.write(name, version);
    await interrupted(repository, ['add', '.'], step, way);
    // What git itself leaves when it is killed, and names in its message.
    fs.rmSync(repository.file('.git/index.lock'), { force: true });
    const staged = await repository.git(['ls-files', '-s', 'large.bin', 'small.bin']);
    expect(staged.stdout.split('\n').filter(Boolean)).toHaveLength(2);

    await repository.git(['commit', '-qm', 'what was staged']);
    const pointers = await repository.pointersOf('HEAD');
    expect(pointers['small.bin']).toBe(oidOf('small.bin', 5));
    // git writes its index at the end: only then the new version is the staged one.
    const version = pointers['large.bin'] === oidOf('large.bin', 6) ? 6 : 5;
    expect(pointers['large.bin']).toBe(oidOf('large.bin', version));

    await repository.git(['add', '.']);
    await repository.git(['commit', '-q', '--allow-empty', '-m', 'the rest']);
    await repository.git(['checkout', '-q', 'HEAD~1']);
    await repository.expectFiles({ 'large.bin': version, 'small.bin': 5 });
    await repository.git(['checkout', '-q', 'main']);
    await repository.expectFiles({ 'small.bin': 5, ...files });
    expect((await repository.status()).lines).toEqual([]);
    expect(leftIn(repository.dir)).toEqual([]);
  });
});
