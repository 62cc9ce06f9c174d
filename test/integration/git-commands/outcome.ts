import fs from 'node:fs';
import path from 'node:path';
import { expect } from 'vitest';
import { DataRepository, type Files, oidOf } from '../../support/data-repository.ts';

/** What must be true of a repository after a command. Files are said as what differs from `base`. */
export interface Outcome {
  /** What differs from the base in the working tree. */
  readonly files?: Files;
  /** Lines of `git status --porcelain`. */
  readonly status?: readonly string[];
  /** What differs from the base in the commit that HEAD is on; by default what the working tree has. */
  readonly head?: Files;
  /** What differs from the base in git's index, where its status lines do not say it: a file is staged in part. */
  readonly index?: Files;
  /** Why the next status may clean files: git itself got their content through the pipe, or a person has just written them. */
  readonly cleans?: string;
  /** Which files these may be, where it is not just those that differ. */
  readonly reads?: readonly string[];
}

/**
 * The four things that must be right after each command: bytes in the working tree, bytes that git's objects stand for (commit and
 * index), git's status, and which files this status had to read again; these it gives.
 */
export async function expectOutcome(
  repository: DataRepository,
  base: Files,
  outcome: Outcome = {},
): Promise<string[]> {
  const files = { ...base, ...outcome.files };
  await repository.expectFiles(files);
  const { lines, read } = await repository.statusAndReads();
  expect(lines).toEqual(outcome.status ?? []);
  expectReads(read, outcome);
  const head = { ...base, ...(outcome.head ?? outcome.files) };
  await expectTree(repository, 'HEAD', head);
  await expectIndex(repository, lines, files, head, outcome.index && { ...base, ...outcome.index });
  return read;
}

function expectReads(read: readonly string[], { files, head, status = [], cleans, reads }: Outcome): void {
  if (cleans === undefined) {
    expect(read, 'files that status read again').toEqual([]);
    return;
  }
  const differing = [
    ...Object.keys({ ...files, ...head }),
    ...status.map((line) => line.slice(3).split(' -> ').at(-1)!),
  ];
  const allowed = reads ?? differing;
  expect(
    read.filter((name) => !allowed.includes(name)),
    'other files that status read again',
  ).toEqual([]);
}

/** Every data blob of a commit or tree is a pointer, and what git makes of them is the content. */
async function expectTree(repository: DataRepository, tree: string, files: Files): Promise<void> {
  const { stdout } = await repository.git(['rev-parse', `${tree}^{tree}`]);
  expect(await repository.pointersOf(stdout.trim())).toEqual(oidsOf(files));
  const exported = new DataRepository(repository.box, `${repository.dir} exported`);
  await repository.git(['archive', `--output=${exported.dir}.tar`, tree]);
  fs.mkdirSync(exported.dir);
  await repository.box.run('tar', ['-xf', `${exported.dir}.tar`, '-C', exported.dir]);
  await exported.expectFiles(files);
  fs.rmSync(exported.dir, { recursive: true });
  fs.rmSync(`${exported.dir}.tar`);
}

/** git's index has what the commit has, but for what the status calls staged. With an entry unmerged it is no tree: only pointers. */
async function expectIndex(
  repository: DataRepository,
  lines: readonly string[],
  files: Files,
  head: Files,
  index?: Files,
): Promise<void> {
  if (lines.some((line) => /^(?:U.|.U|AA|DD) /.test(line))) {
    expect(await repository.stagedWithoutPointer()).toEqual([]);
    return;
  }
  const staged = lines.filter((line) => /^[AMD] .*\.(?:bin|txt)$/.test(line)).map((line) => line.slice(3));
  const expected = { ...head, ...Object.fromEntries(staged.map((name) => [name, files[name] ?? 'absent'])) };
  const { stdout } = await repository.git(['write-tree']);
  await expectTree(repository, stdout.trim(), index ?? expected);
}

function oidsOf(files: Files): Record<string, string> {
  const data = Object.entries(files).filter(
    ([name, version]) => name.endsWith('.bin') && version !== 'absent',
  );
  return Object.fromEntries(data.map(([name, version]) => [name, oidOf(name, Number(version))]));
}

/** No journal, lock or temporary file may outlive a command that went well. */
export function expectNothingLeft(gitDir: string): void {
  const left = fs.readdirSync(path.join(gitDir, 'lode'), { recursive: true }).map(String);
  expect(left.filter((name) => /journal\/|\.lock|\.lode-|tmp\//.test(name))).toEqual([]);
}
