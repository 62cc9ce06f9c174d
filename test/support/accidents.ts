import fs from 'node:fs';
import type { DataRepository } from './data-repository.ts';
import type { RunOptions, RunResult } from './sandbox.ts';

/** What makes of git one that knows no filter, as on a machine without git-lode. */
export const WITHOUT_FILTER = ['process=', 'clean=', 'smudge=', 'required=false'].flatMap((setting) => [
  '-c',
  `filter.lode.${setting}`,
]);

/** Runs git in the repository as a machine without git-lode does. */
export function plainGit(
  repository: DataRepository,
  args: readonly string[],
  options: RunOptions = {},
): Promise<RunResult> {
  return repository.git([...WITHOUT_FILTER, ...args], options);
}

/** Writes versions of files, and commits their content where pointers belong. */
export async function commitContent(
  repository: DataRepository,
  files: Readonly<Record<string, number>>,
): Promise<void> {
  for (const [name, version] of Object.entries(files)) repository.write(name, version);
  await plainGit(repository, ['add', '--all']);
  await plainGit(repository, ['commit', '-q', '-m', 'content']);
}

/** Checks files out anew without the filter: the pointers of git's index. */
export async function leavePointers(repository: DataRepository, names: readonly string[]): Promise<void> {
  for (const name of names) repository.remove(name);
  await plainGit(repository, ['checkout', '-q', '--', ...names]);
}

/** Puts a version of files in the place of their pointers, behind git's back: its index keeps the pointers' sizes. */
export async function putContent(
  repository: DataRepository,
  files: Readonly<Record<string, number>>,
): Promise<void> {
  await leavePointers(repository, Object.keys(files));
  for (const [name, version] of Object.entries(files)) repository.write(name, version);
}

/** Every file of the working tree and of git, with its bytes and time. */
export function everything(repository: DataRepository): Record<string, string> {
  const entries = fs.readdirSync(repository.dir, { recursive: true, withFileTypes: true });
  return Object.fromEntries(
    entries
      .filter((entry) => entry.isFile())
      .map((entry) => {
        const file = `${entry.parentPath}/${entry.name}`;
        return [file, `${fs.statSync(file).mtimeMs} ${fs.readFileSync(file, 'latin1')}`];
      }),
  );
}
