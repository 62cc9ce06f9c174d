import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type DataRepository,
  emptyRepository,
  type Files,
  installedSandbox,
  oidOf,
} from '../../support/data-repository.ts';
import { MAIN, writeHistory } from '../../support/history.ts';
import type { Sandbox } from '../../support/sandbox.ts';

/** git's arguments, or what a person does between two commands. */
export type Step = readonly string[] | ((repository: DataRepository) => unknown);

/** One row of a table of git commands: what is done in a fresh copy of the example history, and what must be true afterwards. */
export interface Row {
  readonly name: string;
  readonly steps: readonly Step[];
  /** What differs from `main` in the working tree. */
  readonly files?: Files;
  /** Lines of `git status --porcelain`. */
  readonly status?: readonly string[];
  /** What differs from `main` in the commit that HEAD is on; by default what the working tree has. */
  readonly head?: Files;
  /** Why the next status may clean files: git itself got their content through the pipe, or a person has just written them. */
  readonly cleans?: string;
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

/** A test for each row, each in its own copy of the example history. */
export function describeRows(rows: readonly Row[]): void {
  let box: Sandbox;
  let template: DataRepository;
  beforeAll(async () => {
    box = await installedSandbox();
    template = await emptyRepository(box, 'template');
    await writeHistory(template);
  });
  afterAll(() => box.remove());

  describe.concurrent('git command', () => {
    it.each(rows)('$name', async (row) => {
      const repository = await template.copy(path.join(box.root, `row-${rows.indexOf(row)}`));
      await runRow(repository, row);
    });
  });
}

async function runRow(repository: DataRepository, row: Row): Promise<void> {
  for (const step of row.steps) {
    if (typeof step === 'function') await step(repository);
    else await repository.git(step);
  }
  await expectRow(repository, row);
}

async function expectRow(repository: DataRepository, row: Row): Promise<void> {
  const files = { ...MAIN, ...row.files };
  await repository.expectFiles(files);
  const status = await repository.status();
  expect(status.lines).toEqual(row.status ?? []);
  if (row.cleans === undefined) expect(status.cleaned, 'status cleaned a file').toBe(false);
  const head = { ...MAIN, ...(row.head ?? row.files) };
  expect(await repository.pointersOf('HEAD')).toEqual(oidsOf(head));
  expectNothingLeft(repository);
}

function oidsOf(files: Files): Record<string, string> {
  const data = Object.entries(files).filter(
    ([name, version]) => name.endsWith('.bin') && version !== 'absent',
  );
  return Object.fromEntries(data.map(([name, version]) => [name, oidOf(name, Number(version))]));
}

/** No journal, lock or temporary file may outlive a command that went well. */
function expectNothingLeft(repository: DataRepository): void {
  const left = fs.readdirSync(repository.file('.git/lode'), { recursive: true }).map(String);
  expect(left.filter((name) => /journal\/|\.lock|\.lode-|tmp\//.test(name))).toEqual([]);
}
