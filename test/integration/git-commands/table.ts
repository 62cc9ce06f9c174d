import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DataRepository, emptyRepository, installedSandbox } from '../../support/data-repository.ts';
import { MAIN, writeHistory } from '../../support/history.ts';
import type { Sandbox } from '../../support/sandbox.ts';
import { note } from './notes.ts';
import { expectNothingLeft, expectOutcome, type Outcome } from './outcome.ts';

/** git's arguments, or what a person does between two commands. */
export type Step = readonly string[] | ((repository: DataRepository) => unknown);

/** One row of a table of git commands: what is done in a fresh copy of the example history, and what must be true afterwards. */
export interface Row extends Outcome {
  /** Begins with the command as a person types it. */
  readonly name: string;
  readonly steps: readonly Step[];
}

/** A git command that has to end with another exit code than 0. */
export function fails(exitCode: number, ...args: readonly string[]): Step {
  return (repository) => repository.git(args, { exitCode });
}

export function edit(name: string, version: number): Step {
  return (repository) => repository.write(name, version);
}

export function remove(name: string): Step {
  return (repository) => repository.remove(name);
}

export function sh(script: string): Step {
  return (repository) => repository.sh(script);
}

/** A shell command that has to print text which matches. */
export function prints(script: string, expected: RegExp): Step {
  return async (repository) => {
    expect((await repository.sh(script)).stdout).toMatch(expected);
  };
}

/** A test for each row, each in its own copy of the example history; rows are in sections. */
export function describeRows(sections: Readonly<Record<string, readonly Row[]>>): void {
  let box: Sandbox;
  let template: DataRepository;
  beforeAll(async () => {
    box = await installedSandbox();
    template = await emptyRepository(box, 'template');
    await writeHistory(template);
  });
  afterAll(() => box.remove());

  for (const [section, rows] of Object.entries(sections)) {
    describe.concurrent(section, () => {
      for (const [i, row] of rows.entries()) {
        it(row.name, async ({ task }) => {
          const folder = `${section.replaceAll(/\W/g, '-')}-${i}`;
          const repository = await template.copy(path.join(box.root, folder));
          note(task, { cleans: row.cleans, read: await runRow(repository, row) });
        });
      }
    });
  }
}

async function runRow(repository: DataRepository, row: Row): Promise<string[]> {
  for (const step of row.steps) {
    if (typeof step === 'function') await step(repository);
    else await repository.git(step);
  }
  const read = await expectOutcome(repository, MAIN, row);
  expectNothingLeft(repository.file('.git'));
  return read;
}
