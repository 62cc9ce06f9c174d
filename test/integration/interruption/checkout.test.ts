import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DataRepository, emptyRepository, installedSandbox } from '../../support/data-repository.ts';
import { FIRST, MAIN } from '../../support/history.ts';
import { ALL_KILLED, HOOK_KILLED, interrupted, leftIn } from '../../support/interruption.ts';
import type { Sandbox } from '../../support/sandbox.ts';
import { CHECKOUT } from './steps.ts';

let box: Sandbox;
let template: DataRepository;
let count = 0;

beforeAll(async () => {
  box = await installedSandbox();
  template = await emptyRepository(box, 'template');
  await template.commit(FIRST, 'v1');
  await template.commit(MAIN, 'v2');
  await template.git(['checkout', '-q', 'v1']);
});
afterAll(() => box.remove());

describe.concurrent('a git checkout that is interrupted leaves old files, pointers or contents', () => {
  it.each(CHECKOUT)('at %s: %s, and git lode pull heals', async (step, way) => {
    const repository = await template.copy(path.join(box.root, `copy-${count++}`));
    await interrupted(repository, ['checkout', '-q', 'main'], step, way);
    const isGitBroken = step === 'file-journalled';
    const states = Object.entries(repository.look(Object.keys(MAIN)));
    for (const [name, state] of states) {
      // A file may be torn where a kill came in the middle of it: the journal names it, and it is finished.
      if (way !== ALL_KILLED)
        expect([name, [1, 2, 'a pointer', 'absent'].includes(state)]).toEqual([name, true]);
    }
    // The filter that waits does what the hook cannot do any more.
    if (way === HOOK_KILLED) await repository.expectFiles(MAIN);
    if (isGitBroken) {
      // What git itself leaves when it is broken off in the middle.
      fs.rmSync(repository.file('.git/index.lock'), { force: true });
      await repository.git(['checkout', '-q', '-f', 'main']);
    }
    await repository.git(['lode', 'pull', '--quiet']);
    await repository.expectFiles(MAIN);
    expect((await repository.git(['rev-parse', 'HEAD'])).stdout).toBe(
      (await repository.git(['rev-parse', 'v2'])).stdout,
    );
    expect((await repository.status()).lines).toEqual([]);
    expect(leftIn(repository.dir)).toEqual([]);
  });
});
