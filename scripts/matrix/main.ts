// `npm run matrix [-- --git FOLDER] [--chroot ROOT] [--json]`: the matrix of git commands and kinds of repository as a table for people,
// a row a command and a column a git: the one on PATH, then the one in each FOLDER and in the Debian in each ROOT. A cell is `ok`
// (with how many files the next status read again), `FAILED`, or `-` where git itself lacks what the row needs.
import fs from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { missing } from '../../test/integration/git-commands/promised.ts';
import { projectDir, requireProgram } from '../../test/support/program.ts';
import { type Git, gitInChroot, gitInFolder, gitOnPath } from './gits.ts';
import { format, join, type Report, wrong } from './table.ts';

const FOLDER = 'test/integration/git-commands';
/** What is no row: how git talks to a filter, and whether the matrix is complete. */
const NO_ROWS = ['conversation.test.ts', 'complete.test.ts'];

const { values } = parseArgs({
  options: {
    git: { type: 'string', multiple: true, default: [] },
    chroot: { type: 'string', multiple: true, default: [] },
    json: { type: 'boolean', default: false },
  },
});

requireProgram();
const gits = [gitOnPath(), ...values.git.map(gitInFolder), ...values.chroot.map(gitInChroot)];
const rows = join(gits.map(run));
const lost = missing(rows.map(({ part, name }) => `${part} > ${name}`));
if (values.json) {
  console.log(JSON.stringify({ gits: gits.map(({ version }) => version), rows, missing: lost }, null, 2));
} else {
  console.log(
    format(
      gits.map(({ version }) => version),
      rows,
    ),
  );
  for (const row of lost) console.log(`NO ROW: ${row}`);
}
if (wrong(rows) > 0 || lost.length > 0) process.exitCode = 1;

/** Runs all rows on one git; what goes wrong is told on standard error while it runs. */
function run(git: Git, i: number): Report {
  console.error(`git ${git.version}`);
  const report = path.join('build', 'matrix', `${i}.json`);
  fs.rmSync(path.join(projectDir, report), { force: true });
  const files = fs
    .readdirSync(path.join(projectDir, FOLDER))
    .filter((name) => name.endsWith('.test.ts') && !NO_ROWS.includes(name))
    .map((name) => `${FOLDER}/${name}`);
  const reporters = ['--reporter=dot', '--reporter=json', `--outputFile.json=${report}`];
  git.vitest(['--project', 'integration', ...reporters, ...files]);
  return JSON.parse(fs.readFileSync(path.join(projectDir, report), 'utf8')) as Report;
}
