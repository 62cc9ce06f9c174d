import fs from 'node:fs';
import path from 'node:path';
import { unless } from '../errors.ts';
import type { Repository } from '../git/repository.ts';
import type { Environment } from './installation.ts';
import { readBytes, writeBytes } from './own-files.ts';

/**
 * A note that a worktree's hooks were found in place, for as long as git's configuration and the pre-push hook stay as they
 * were, and for the gits that were asked: a machine may have an old and a new one, and only the new one reads hooks
 * from configuration.
 */
interface HookStamp {
  readonly version: typeof VERSION;
  readonly config: string;
  /** Bytes of the path, one character each; undefined where configuration names the hooks. */
  readonly prePush: string | undefined;
  readonly prePushState: string;
  /** The folders of programs of those gits. */
  readonly gits: readonly string[];
}

const VERSION = 1;

/** One read and two stats when all is well. */
export function isStamped(repository: Repository, env: Environment): boolean {
  const stamp = readStamp(repository);
  return stamp !== undefined && isCurrent(stamp, repository) && stamp.gits.includes(gitFolder(env));
}

/** `prePush`: the file that git or its hook manager runs. */
export function writeStamp(repository: Repository, env: Environment, prePush?: string): void {
  const before = readStamp(repository);
  const others = before !== undefined && isCurrent(before, repository) ? before.gits : [];
  const stamp: HookStamp = {
    version: VERSION,
    config: stateOf(configFile(repository)),
    prePush: prePush ?? before?.prePush,
    prePushState: stateOf(prePush ?? before?.prePush),
    gits: [...others.filter((git) => git !== gitFolder(env)).slice(-7), gitFolder(env)],
  };
  writeBytes(stampFile(repository.ownDir), JSON.stringify(stamp), 0o644);
}

export function removeStamp(ownDir: string): void {
  fs.rmSync(stampFile(ownDir), { force: true });
}

function isCurrent(stamp: HookStamp, repository: Repository): boolean {
  return (
    stamp.config === stateOf(configFile(repository)) &&
    (stamp.prePush === undefined || stamp.prePushState === stateOf(stamp.prePush))
  );
}

function readStamp(repository: Repository): HookStamp | undefined {
  const text = readBytes(stampFile(repository.ownDir));
  if (text === undefined) return undefined;
  try {
    const stamp = JSON.parse(text) as Partial<HookStamp> | null;
    return stamp?.version === VERSION && Array.isArray(stamp.gits) ? (stamp as HookStamp) : undefined;
  } catch {
    // Torn by a crash: it is written again.
    return undefined;
  }
}

function stateOf(file: string | undefined): string {
  if (file === undefined) return '';
  const stat = unless(['ENOENT', 'ENOTDIR'], () => fs.statSync(file));
  return stat === undefined ? 'absent' : `${stat.mtimeMs} ${stat.size}`;
}

/** git puts the folder of its own programs first on the PATH of what it starts. */
function gitFolder(env: Environment): string {
  return (env.PATH ?? env.Path ?? '').split(path.delimiter, 1)[0]!;
}

function configFile(repository: Repository): string {
  return path.join(repository.commonDir, 'config');
}

function stampFile(ownDir: string): string {
  return path.join(ownDir, 'hooks-in-place');
}
