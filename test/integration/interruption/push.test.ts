import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { installedSandbox } from '../../support/data-repository.ts';
import { MAIN } from '../../support/history.ts';
import { interrupted, leftIn, PROGRAM_ENDED } from '../../support/interruption.ts';
import type { Sandbox } from '../../support/sandbox.ts';
import { Team } from '../../support/team.ts';
import { FIRST_PUSH, PUSH } from './steps.ts';

let box: Sandbox;
let template: Team;
let count = 0;

beforeAll(async () => {
  box = await installedSandbox();
  template = await Team.create(box, 'template');
});
afterAll(() => box.remove());

const TABLE = [
  ...FIRST_PUSH.map((each) => ['the first', ...each] as const),
  ...PUSH.map((each) => ['a later', ...each] as const),
];

describe.concurrent('a push that is interrupted moves no ref without its data, and git push does it again', () => {
  it.each(TABLE)('%s one, at %s: %s', async (which, step, way) => {
    const team = await template.copy(`team-${count++}`);
    const { author } = team;
    if (which === 'the first') team.loseDataRemote();
    const before = team.published;
    const { exitCode } = await interrupted(author, ['push', '-q'], step, way);
    // What was asked to end when all was done may have done it.
    if (team.published !== before) {
      expect([way, exitCode]).toEqual([PROGRAM_ENDED, 0]);
      await team.expectDataWhole();
    }
    await author.expectFiles(MAIN);
    expect(await author.status()).toEqual({ lines: [], cleaned: false });
    await author.git(['push', '-q']);
    expect(team.published).toBe((await author.git(['rev-parse', 'v2'])).stdout.trim());
    await team.expectDataWhole();
    expect(leftIn(team.dir)).toEqual([]);
  });
});
