import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { installedSandbox } from '../../support/data-repository.ts';
import { MAIN } from '../../support/history.ts';
import { GIT_KILLED, interrupted, leftIn, PROGRAM_ENDED } from '../../support/interruption.ts';
import type { Sandbox } from '../../support/sandbox.ts';
import { Team } from '../../support/team.ts';
import { FETCH } from './steps.ts';

let box: Sandbox;
let template: Team;
let count = 0;

beforeAll(async () => {
  box = await installedSandbox();
  template = await Team.create(box, 'template');
  await template.author.git(['push', '-q']);
});
afterAll(() => box.remove());

describe.concurrent('a git pull whose download is interrupted leaves pointers or contents', () => {
  it.each(FETCH)('at %s: %s, and git lode pull heals', async (step, way) => {
    const team = await template.copy(`team-${count++}`);
    const { reader } = team;
    await interrupted(reader, ['pull', '-q'], step, way);
    // git had finished its own part: nothing is staged, changed or lost.
    expect((await reader.git(['rev-parse', 'HEAD'])).stdout.trim()).toBe(team.published);
    const states = Object.values(reader.look(Object.keys(MAIN)));
    expect(states.filter((state) => ![1, 2, 'a pointer'].includes(state))).toEqual([]);
    expect((await reader.git(['status', '--porcelain'])).stdout).toBe('');
    if (way === PROGRAM_ENDED || way === GIT_KILLED) await reader.git(['pull', '-q']);
    await reader.git(['lode', 'pull', '--quiet']);
    await reader.expectFiles(MAIN);
    expect((await reader.status()).lines).toEqual([]);
    await team.expectDataWhole();
    expect(leftIn(team.dir)).toEqual([]);
  });
});
