// `npm run walk [-- --minutes 10] [--seed 1] [--steps N] [--git FOLDER] [--dir FOLDER]`: random git commands and edits on two clones, in a world with
// git-lode and, beside it, in one without, which says what must come of each: the same files, status, branches and exit codes.
// A seed that fails fails again: `--seed N --steps <the step that it names>`.
import os from 'node:os';
import { parseArgs } from 'node:util';
import { requireProgram } from '../../test/support/program.ts';
import { walk } from './walk.ts';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    seed: { type: 'string', default: '1' },
    steps: { type: 'string' },
    git: { type: 'string' },
    dir: { type: 'string', default: os.tmpdir() },
    verbose: { type: 'boolean', default: false },
  },
});

requireProgram();
if (values.git !== undefined) process.env.GIT_LODE_TEST_GIT = values.git;
const until = Date.now() + Number(values.minutes) * 60_000;
const most = values.steps === undefined ? 300 : Number(values.steps);
let seed = Number(values.seed);
let walks = 0;
let steps = 0;
do {
  const result = walk(
    seed,
    most,
    until,
    values.dir,
    values.verbose ? (line) => console.error(line) : () => {},
  );
  steps += result.steps;
  walks += 1;
  if (result.difference !== undefined) {
    console.log(`seed ${seed} differs at step ${result.steps}:\n${result.difference}`);
    console.log(`again: npm run walk -- --seed ${seed} --steps ${result.steps} --verbose`);
    process.exitCode = 1;
    break;
  }
  seed += 1;
} while (values.steps === undefined && Date.now() < until);
console.log(
  `${walks} walks from seed ${values.seed}, ${steps} steps, ${process.exitCode === 1 ? 'a difference' : 'no difference'}`,
);
