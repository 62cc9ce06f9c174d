import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DataRepository, emptyRepository, installedSandbox } from '../../support/data-repository.ts';
import { FIRST, MAIN } from '../../support/history.ts';
import {
  ALL_KILLED,
  CTRL_C,
  GIT_ENDED,
  GIT_KILLED,
  interrupted,
  leftIn,
  PROGRAM_ENDED,
} from '../../support/interruption.ts';
import type { Sandbox } from '../../support/sandbox.ts';
import { CHECKOUT_STEPS } from './steps.ts';

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

/** What is sent to whom at which steps. That our program alone is killed is in end-phase.test.ts. */
const TABLE = [
  ...CHECKOUT_STEPS.flatMap((step) => [PROGRAM_ENDED, GIT_KILLED, CTRL_C].map((way) => [step, way] as const)),
  ...(['file-journalled', 'index-written', 'tail-written'] as const).flatMap((step) =>
    [GIT_ENDED, ALL_KILLED].map((way) => [step, way] as const),
  ),
];

describe.concurrent('a git checkout that is interrupted leaves old files, pointers or contents', () => {
  it.each(TABLE)('at %s: %s, and git lode pull heals', async (step, way) => {
    const repository = await template.copy(path.join(box.root, `copy-${count++}`));
    await interrupted(repository, ['checkout', '-q', 'main'], step, way);
    const isGitBroken = step === 'file-journalled';
    const states = Object.entries(repository.look(Object.keys(MAIN)));
    for (const [name, state] of states) {
      // A file may be torn where a kill came in the middle of it: the journal names it, and it is finished.
      if (way !== ALL_KILLED)
        expect([name, [1, 2, 'a pointer', 'absent'].includes(state)]).toEqual([name, true]);
    }
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
