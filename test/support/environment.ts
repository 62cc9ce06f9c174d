import fs from 'node:fs';
import path from 'node:path';
import { writeShim } from './program.ts';

export interface Isolated {
  readonly home: string;
  /** The first folder on PATH; holds `git-lode`. */
  readonly bin: string;
  readonly env: Readonly<Record<string, string>>;
}

/**
 * Makes `home` in `root`, and the environment of a person who has just it: nothing of the machine's git, AWS or git-lode
 * settings is seen, and git looks for no repository above `root`. `git-lode` is in `installed`, or else this checkout's own is
 * put in `root`. GIT_LODE_TEST_GIT names the folder of another git.
 */
export function isolate(root: string, installed?: string): Isolated {
  const home = path.join(root, 'home');
  const bin = installed ?? path.join(root, 'bin');
  fs.mkdirSync(home);
  if (installed === undefined) writeShim(bin);
  fs.writeFileSync(path.join(home, '.gitconfig'), GIT_CONFIG);
  return { home, bin, env: environment(root, home, bin) };
}

const GIT_CONFIG = `[user]
\tname = Tester
\temail = tester@example.com
[init]
\tdefaultBranch = main
[advice]
\tdetachedHead = false
[protocol "file"]
\tallow = always
`;

/** Built from nothing: a list of what to leave out would miss the next variable. */
function environment(root: string, home: string, bin: string): Record<string, string> {
  const machine = ['SystemRoot', 'ComSpec', 'PATHEXT', 'TEMP', 'TMP', 'TMPDIR'];
  const kept = machine.flatMap((name) => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  const inherited = (process.env.PATH ?? '').split(path.delimiter);
  // npm puts the project's own node_modules/.bin on PATH: a person's shell has none of it.
  const outside = inherited.filter(
    (folder) => folder !== '' && !folder.includes(path.join('node_modules', '.bin')),
  );
  const git = process.env.GIT_LODE_TEST_GIT;
  const folders = [bin, ...(git ? [git] : []), path.dirname(process.execPath), ...outside];
  return {
    ...Object.fromEntries(kept),
    PATH: folders.join(path.delimiter),
    HOME: home,
    USERPROFILE: home,
    XDG_CONFIG_HOME: path.join(home, '.config'),
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CEILING_DIRECTORIES: root,
    GIT_TERMINAL_PROMPT: '0',
    GIT_EDITOR: 'true',
    GIT_PAGER: 'cat',
    LC_ALL: 'C',
    NO_COLOR: '1',
    HUSKY: '0',
  };
}
