import path from 'node:path';
import { acceptedListFile } from '../config/accepted-list.ts';
import { inside } from '../git/inside.ts';
import type { Repository } from '../git/repository.ts';
import { shellPath, shellQuote } from './shell.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** What git-lode is installed for, and where its scripts and settings go: one repository, or all of a user's. */
export interface Installation {
  readonly kind: 'repository' | 'user';
  /** Holds the launcher, and the folder of hook scripts. */
  readonly folder: string;
  /** Which of git's configuration files. */
  readonly scope: '--local' | '--global';
  /** Where and with what environment git runs. */
  readonly cwd: string;
  readonly env: Environment;
}

export function repositoryInstallation(repository: Repository, env: Environment): Installation {
  return { kind: 'repository', folder: repository.sharedDir, scope: '--local', ...inside(repository, env) };
}

export function userInstallation(cwd: string, env: Environment, platform = process.platform): Installation {
  return { kind: 'user', folder: userFolder(env, platform), scope: '--global', cwd, env };
}

/** Beside the list of accepted remotes: the user's own, and outside of any repository. */
export function userFolder(env: Environment, platform: NodeJS.Platform = process.platform): string {
  return path.dirname(acceptedListFile(env, platform));
}

export function launcherFile(folder: string): string {
  return path.join(folder, 'launcher');
}

export function hookScript(folder: string, hook: string): string {
  return path.join(folder, 'hooks', hook);
}

/**
 * A command for git's configuration that runs `script`, which lies in the installation's folder; git appends arguments. A
 * repository may be moved, or mounted elsewhere in a container: its scripts are then found by asking git.
 */
export function commandFor(
  { kind, folder }: Pick<Installation, 'kind' | 'folder'>,
  script: string,
  args = '',
): string {
  const quoted = shellQuote(shellPath(script));
  const tail = args === '' ? '' : ` ${args}`;
  if (kind === 'user') return `${quoted}${tail}`;
  const inner = path.relative(folder, script).split(path.sep).join('/');
  return `lode=${quoted}; [ -x "$lode" ] || lode=$(git rev-parse --git-common-dir)/lode/${inner}; exec "$lode"${tail}`;
}
