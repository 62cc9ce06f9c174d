import fs from 'node:fs';
import path from 'node:path';

type Environment = Readonly<Record<string, string | undefined>>;

let found: { readonly search: string | undefined; readonly program: string } | undefined;

/**
 * The git to start, as an absolute path. Only absolute folders of PATH are searched: a relative one, and on Windows the working
 * directory, which the system looks at first, may lie in a repository that plants a `git`. Plain `git` if none is found, for the
 * system to say so.
 */
export function gitProgram(env: Environment = process.env): string {
  const search = env.PATH ?? env.Path;
  if (found === undefined || found.search !== search)
    found = { search, program: findProgram('git', env) ?? 'git' };
  return found.program;
}

/** The first regular file of that name in an absolute folder of PATH that this user may run. */
export function findProgram(
  name: string,
  env: Environment,
  platform: NodeJS.Platform = process.platform,
): string | undefined {
  const { delimiter, isAbsolute, join } = platform === 'win32' ? path.win32 : path.posix;
  const file = platform === 'win32' ? `${name}.exe` : name;
  return (env.PATH ?? env.Path ?? '')
    .split(delimiter)
    .filter((folder) => isAbsolute(folder))
    .map((folder) => join(folder, file))
    .find(isProgram);
}

function isProgram(file: string): boolean {
  if (!fs.statSync(file, { throwIfNoEntry: false })?.isFile()) return false;
  try {
    fs.accessSync(file, fs.constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
