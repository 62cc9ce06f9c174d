import fs from 'node:fs';
import path from 'node:path';
import { createWorkplace, type Measured, type Workplace } from '../support/workplace.ts';
import type { Contender } from './contenders.ts';
import { type Dataset, filesOf } from './datasets.ts';

export const STEPS = ['add', 'switch', 'status', 'touch + status', 'push', 'clone'] as const;
export type Step = (typeof STEPS)[number];

export interface Sample extends Measured {
  readonly step: Step;
}

/** Two folders with the dataset's files, all of them different between the two. */
export interface Sources {
  readonly one: string;
  readonly two: string;
}

/**
 * What a person does with a repository, from the first add to the clone, in a new folder inside `parent` with a new HOME. The
 * clone is compared with the source: a time for wrong files is worth nothing.
 */
export function travel(contender: Contender, dataset: Dataset, sources: Sources, parent: string): Sample[] {
  const place = createWorkplace(parent, 'git-lode-bench-');
  const samples: Sample[] = [];
  const measure = (step: Step, cwd: string, ...args: string[]) => {
    samples.push({ step, ...place.measure(cwd, 'git', ...args) });
  };
  try {
    begin(contender, place);
    copy(place, sources.one);
    measure('add', 'repo', 'add', '.');
    place.git('repo', 'commit', '-q', '-m', 'one');
    place.git('repo', 'switch', '-q', '-c', 'two');
    copy(place, sources.two);
    place.git('repo', 'add', '.');
    place.git('repo', 'commit', '-q', '-m', 'two');
    for (const branch of ['main', 'two']) {
      measure('switch', 'repo', 'switch', '-q', branch);
      measure('status', 'repo', 'status');
    }
    const now = new Date();
    for (const file of filesOf(dataset)) fs.utimesSync(path.join(place.dir, 'repo', file), now, now);
    measure('touch + status', 'repo', 'status');
    measure('push', 'repo', 'push', '-q', 'origin', 'main', 'two');
    measure('clone', '.', 'clone', '-q', 'bare.git', 'clone');
    place.time('.', 'diff', '-r', path.join(sources.one, 'data'), 'clone/data');
    place.git('clone', 'diff', '--exit-code');
    return samples;
  } finally {
    place.remove();
  }
}

function begin(contender: Contender, place: Workplace): void {
  // A gc in the background would be measured with whatever runs beside it.
  fs.appendFileSync(path.join(place.home, '.gitconfig'), '[gc]\n\tauto = 0\n[maintenance]\n\tauto = false\n');
  contender.prepareMachine(place.git);
  place.git('.', 'init', '-q', '--bare', 'bare.git');
  place.git('.', 'init', '-q', 'repo');
  place.git('repo', 'remote', 'add', 'origin', path.join(place.dir, 'bare.git'));
  contender.prepareRepository(place.git, path.join(place.dir, 'repo'), path.join(place.dir, 'data-remote'));
}

function copy(place: Workplace, source: string): void {
  place.time('.', 'cp', '-r', path.join(source, 'data'), 'repo');
}

export type Floor = 'cp' | 'sha256sum';

/** What the machine itself needs to copy and to hash the files. */
export function floors(sources: Sources, parent: string): Record<Floor, Measured> {
  const place = createWorkplace(parent, 'git-lode-bench-');
  try {
    const hashAll = 'find "$1" -type f -print0 | xargs -0 sha256sum';
    return {
      cp: place.measure('.', 'cp', '-r', path.join(sources.one, 'data'), 'copy'),
      sha256sum: place.measure('.', 'sh', '-c', hashAll, 'sh', sources.one),
    };
  } finally {
    place.remove();
  }
}
