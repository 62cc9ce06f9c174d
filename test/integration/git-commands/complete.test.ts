import { createRequire } from 'node:module';
import path from 'node:path';
import { expect, it } from 'vitest';
import { projectDir } from '../../support/program.ts';
import { createSandbox } from '../../support/sandbox.ts';
import { missing, PROMISED } from './promised.ts';

const vitest = path.join(
  path.dirname(createRequire(import.meta.url).resolve('vitest/package.json')),
  'vitest.mjs',
);

it('every command and every kind of repository that is promised has a row', async () => {
  const box = createSandbox();
  const args = ['list', '--json', '--project', 'integration', 'test/integration/git-commands'];
  const { stdout } = await box.run(process.execPath, [vitest, ...args], { cwd: projectDir });
  const tests = JSON.parse(stdout) as { name: string }[];
  expect(missing(tests.map(({ name }) => name))).toEqual([]);
});

it('a row that is taken away is missed', () => {
  const all = PROMISED.flatMap(({ part, rows }) => rows.map((row) => `${part} > ${row}`));
  expect(missing(all)).toEqual([]);
  for (const gone of [
    'am, apply > apply --3way',
    'clone > clone --local',
    'a path name with > NFD letters',
  ]) {
    expect(missing(all.filter((name) => name !== gone))).toEqual([gone]);
  }
  // Another command whose name begins alike does not stand for it.
  expect(missing([...all.filter((name) => name !== 'am, apply > am'), 'am, apply > amend'])).toEqual([
    'am, apply > am',
  ]);
});
