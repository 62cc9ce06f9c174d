import fs from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { subjectFault } from '../../../scripts/check-subject.mjs';
import { projectDir } from '../../support/program.ts';
import { createSandbox } from '../../support/sandbox.ts';

const installer = path.join(projectDir, '.husky/install.mjs');
// The suite itself runs with HUSKY=0, which would make husky do nothing.
const env = { HUSKY: undefined };

it.each([
  'feat: a first line',
  'fix(filter,git/run): a quote " and a colon: here\n\nAnd a body.',
  'refactor(ui)!: breaking',
  "Merge branch 'x'",
  'fixup! anything',
])('takes the subject %j', (message) => {
  expect(subjectFault(message)).toBeUndefined();
});

it.each(['', 'a first line', 'feature: x', 'feat:x', 'feat: x.', 'Feat: x', `fix: ${'x'.repeat(100)}`])(
  'refuses the subject %j',
  (message) => {
    expect(subjectFault(message)).toBeDefined();
  },
);

it('puts the hooks in place in a repository, and a bad subject stops the commit', async () => {
  const box = createSandbox();
  await box.git(['init', '-q']);
  await box.run(process.execPath, [installer], { env });
  for (const file of ['.husky/commit-msg', 'scripts/check-subject.mjs']) {
    box.write(file, fs.readFileSync(path.join(projectDir, file)));
  }
  const commit = (subject: string, exitCode: number) =>
    box.git(['commit', '-q', '--allow-empty', '-m', subject], { env, exitCode });
  expect((await commit('no type', 1)).stderr).toContain("the subject is not 'type(scope): what changed'");
  await commit('feat: with a type', 0);
});

it('is no failure outside of a repository', async () => {
  const box = createSandbox();
  const { stderr } = await box.run(process.execPath, [installer], { env });
  expect(stderr).toBe("hooks not installed: .git can't be found\n");
});

it('is no failure where husky is not installed', async () => {
  const box = createSandbox();
  const copy = box.write('install.mjs', fs.readFileSync(installer));
  expect((await box.run(process.execPath, [copy], { env })).stderr).toBe('');
});
