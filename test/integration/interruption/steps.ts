import { FAULT_POINTS, type FaultPoint } from '../../../src/fault-point.ts';
import {
  ALL_KILLED,
  CTRL_C,
  GIT_ENDED,
  GIT_KILLED,
  HOOK_KILLED,
  PROGRAM_ENDED,
  PROGRAM_KILLED,
  type Way,
} from '../../support/interruption.ts';

/*
 * Every interruption that is tried: at each step that a command passes, in order, who gets which signal. The columns: our program killed
 * (SIGKILL), or asked to end (SIGTERM); git killed, or asked to end; Ctrl-C (SIGINT to the whole group); all killed; the first of our
 * processes alone killed, which at a checkout is the hook, while the filter waits.
 */
const COLUMNS: readonly Way[] = [
  PROGRAM_KILLED,
  PROGRAM_ENDED,
  GIT_KILLED,
  GIT_ENDED,
  CTRL_C,
  ALL_KILLED,
  HOOK_KILLED,
];

/** One file after the other; so many that they share a bundle. */
export const ADD = matrix(`
                          program  program  git     git    Ctrl-C  all     hook
                          killed   ended    killed  ended          killed  alone
  object-half-written     x        x        x       x      x       x       .
  object-written          x        x        x       .      x       .       .
  object-in-place         x        x        x       .      x       .       .
  bundle-appended         x        .        .       .      x       .       .
  bundle-flushed          x        .        .       .      x       .       .
  objects-flushed         x        x        x       .      x       .       .
`);

/** At the first step git is at work, at all others it has done its part and waits. That all of ours are killed is in end-phase.test.ts. */
export const CHECKOUT = matrix(`
                          program  program  git     git    Ctrl-C  all     hook
                          killed   ended    killed  ended          killed  alone
  file-journalled         .        x        x       x      x       x       .
  drain-locked            .        x        x       .      x       .       x
  index-locked            .        .        x       .      x       .       .
  index-written           .        x        x       x      x       x       x
  sizes-forgotten         .        .        x       .      x       .       .
  file-copied             .        .        x       .      x       .       x
  file-replaced           .        x        x       .      x       .       .
  tail-written            .        x        x       x      x       x       x
  head-written            .        .        x       .      x       .       .
  files-replaced          .        .        x       .      x       .       .
  index-patched           .        x        x       .      x       .       x
`);

/** A checkout of what is not here, before it puts anything in place. */
export const FETCH = matrix(`
                          program  program  git     git    Ctrl-C  all     hook
                          killed   ended    killed  ended          killed  alone
  remote-listed           x        x        x       .      x       .       .
  cache-written           x        x        .       .      x       .       .
  object-half-written     x        x        x       .      x       .       .
  object-written          x        x        .       .      x       .       .
  object-in-place         x        x        .       .      x       .       .
  objects-flushed         x        x        x       .      x       .       .
  recipes-kept            x        x        .       .      x       .       .
`);

/** The first push to a data remote brings what was pushed before, too. */
export const FIRST_PUSH = matrix(`
                          program  program  git     git    Ctrl-C  all     hook
                          killed   ended    killed  ended          killed  alone
  format-put              x        .        .       .      x       .       .
  repository-registered   x        .        .       .      x       .       .
  table-put               x        .        .       .      x       .       .
`);

/** Every later push to a folder. Where git is killed, the hook goes on alone, and nobody moves the refs. A Ctrl-C asks the hook to end, too. */
export const PUSH = matrix(`
                          program  program  git     git    Ctrl-C  all     hook
                          killed   ended    killed  ended          killed  alone
  pack-journalled         x        x        .       .      x       .       .
  upload-half-written     x        x        x       .      x       .       .
  upload-written          x        x        .       .      x       .       .
  upload-named            x        x        .       .      x       .       .
  pack-sent               x        x        .       .      x       .       .
  table-due               x        x        .       .      x       .       .
  table-put               x        x        x       .      x       .       .
  marks-read              x        x        .       .      x       .       .
  reliance-checked        x        x        .       .      x       .       .
  recipes-kept            x        x        .       .      x       .       .
  cache-written           x        x        .       .      x       .       .
  push-recorded           x        x        x       .      x       .       .
`);

export type Interruption = readonly [step: FaultPoint, way: Way];

/** Each step of a table once. */
export function stepsOf(table: readonly Interruption[]): FaultPoint[] {
  return [...new Set(table.map(([step]) => step))];
}

function matrix(text: string): readonly Interruption[] {
  const rows = text.trim().split('\n').slice(2);
  return rows.flatMap((row) => {
    const [name, ...marks] = row.trim().split(/\s+/);
    const step = FAULT_POINTS.find((point) => point === name);
    if (step === undefined || marks.length !== COLUMNS.length) throw new Error(`what is the row ${row}?`);
    return COLUMNS.filter((_, i) => marks[i] === 'x').map((way) => [step, way] as const);
  });
}
