import fs from 'node:fs';
import path from 'node:path';
import { unless } from '../errors.ts';
import { readConfig } from '../git/config-values.ts';
import { inside } from '../git/inside.ts';
import type { Repository } from '../git/repository.ts';
import { gitOrThrow } from '../git/run.ts';
import type { HookStyle } from './hook-file.ts';
import type { Environment } from './installation.ts';
import { isInside } from './own-files.ts';

export interface HookFolder {
  readonly kind: 'folder';
  readonly folder: string;
  readonly style: HookStyle;
  /** The folder that git runs, where a tool generates that and it calls the scripts in `folder`. */
  readonly generated?: string;
}

/** Where hook files take effect in a repository. */
export type HookPlace =
  | HookFolder
  /** `core.hooksPath` leads to nothing on purpose (`/dev/null`, `NUL`), or to where nothing of ours may be written. */
  | { readonly kind: 'off'; readonly hooksPath: string };

export function findHookPlace(repository: Repository, env: Environment): HookPlace {
  const where = inside(repository, env);
  const hooksPath = readConfig(where, '^core\\.hookspath$').get('core.hookspath')?.at(-1);
  if (hooksPath === undefined) {
    return { kind: 'folder', folder: path.join(repository.commonDir, 'hooks'), style: 'git' };
  }
  // git expands `~` and `%(prefix)`; a relative path counts from where it runs hooks, which is `where.cwd`.
  const answer = gitOrThrow(['rev-parse', '--git-path', 'hooks'], where)
    .toString('utf8')
    .replace(/\r?\n$/, '');
  const folder = path.resolve(where.cwd, answer);
  if (leavesTree(folder, repository.workTree)) return { kind: 'off', hooksPath };
  return placeOf(hooksPath, folder);
}

/** `folder`: what git makes of `hooksPath`, absolute. With an empty one git looks at the root of the file system. */
export function placeOf(hooksPath: string, folder: string): HookPlace {
  if (hooksPath === '' || /^nul:?$/i.test(hooksPath) || hooksPath === '/dev/null' || isNoFolder(folder)) {
    return { kind: 'off', hooksPath };
  }
  // husky's own folder is written anew at each of its installs; its scripts call those one folder up.
  const husky =
    path.basename(folder) === '_' && ['h', 'husky.sh'].some((name) => fs.existsSync(path.join(folder, name)));
  return husky
    ? { kind: 'folder', folder: path.dirname(folder), style: 'husky', generated: folder }
    : { kind: 'folder', folder, style: 'git' };
}

/** A checkout can put a symbolic link in the working tree; what we write does not follow it out of there. */
function leavesTree(folder: string, top: string | undefined): boolean {
  if (top === undefined || !isInside(folder, top)) return false;
  const [real, realTop] = [folder, top].map((each) =>
    unless(['ENOENT', 'ENOTDIR'], () => fs.realpathSync(each)),
  );
  return real !== undefined && realTop !== undefined && !isInside(real, realTop);
}

function isNoFolder(file: string): boolean {
  const stat = fs.statSync(file, { throwIfNoEntry: false });
  return stat !== undefined && !stat.isDirectory();
}
