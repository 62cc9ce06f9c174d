import { Random } from '../bench-store/random.ts';
import { createWorkplace } from '../support/workplace.ts';
import { nextStep, type Step } from './steps.ts';
import { type CloneName, createWorld, type Outcome, snapshot, type World } from './world.ts';

export interface Walked {
  readonly steps: number;
  /** What was not the same after the last step. */
  readonly difference?: string;
}

/** One walk of at most so many steps, until `until` (ms since 1970) at the latest. `tell` is given a line for each step. */
export function walk(
  seed: number,
  most: number,
  until: number,
  parent: string,
  tell: (line: string) => void = () => {},
): Walked {
  const places = [
    createWorkplace(parent, 'git-lode-walk-'),
    createWorkplace(parent, 'git-lode-walk-'),
  ] as const;
  try {
    const lode = createWorld(places[0], true);
    const oracle = createWorld(places[1], false);
    const random = new Random(seed);
    for (let step = 1; step <= most && Date.now() < until; step++) {
      const next = nextStep(random, oracle, step);
      tell(`${step} ${shown(next)}`);
      const [ours, theirs] = [lode, oracle].map((world) => take(world, step, next)) as [Outcome, Outcome];
      const difference = compare(lode, oracle, next.clone, step, ours, theirs);
      if (difference !== undefined) return { steps: step, difference: `${shown(next)}\n${difference}` };
    }
    return { steps: most };
  } finally {
    for (const place of places) place.remove();
  }
}

function take(world: World, step: number, next: Step): Outcome {
  if (next.kind === 'git') return world.git(next.clone, step, next.args);
  next.change(world.folder(next.clone));
  return { exitCode: 0, said: '' };
}

function shown(step: Step): string {
  return `${step.clone}: ${step.kind === 'git' ? `git ${step.args.join(' ')}` : step.says}`;
}

function compare(
  lode: World,
  oracle: World,
  clone: CloneName,
  step: number,
  ours: Outcome,
  theirs: Outcome,
): string | undefined {
  const found: string[] = [];
  if (ours.exitCode !== theirs.exitCode) found.push(`exit code ${ours.exitCode}, not ${theirs.exitCode}`);
  const [here, there] = [lode, oracle].map((world) => snapshot(world, clone, step)) as [string[], string[]];
  found.push(...here.filter((line) => !there.includes(line)).map((line) => `only with git-lode: ${line}`));
  found.push(...there.filter((line) => !here.includes(line)).map((line) => `only without: ${line}`));
  if (found.length === 0) return undefined;
  return [...found, `with git-lode: ${ours.said}`, `without: ${theirs.said}`].join('\n');
}
