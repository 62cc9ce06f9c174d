import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { unless } from '../errors.ts';
import { temporaryFile, tidyOnce } from '../temporary-file.ts';
import { invalid } from './invalid.ts';
import type { Environment } from './settings.ts';

const MAX_BYTES = 4 << 20;

/** `accepted.json` in the user's own configuration folder: no repository can write to it. */
export function acceptedListFile(env: Environment, platform: NodeJS.Platform = process.platform): string {
  return path.join(configFolder(env, platform), 'git-lode', 'accepted.json');
}

/** The remotes on the list, as `remoteIdentity` spells them. A list that cannot be understood accepts nothing: CONFIG_INVALID. */
export function readAcceptedList(file: string): readonly string[] {
  const stat = unless(['ENOENT', 'ENOTDIR'], () => fs.statSync(file));
  if (stat === undefined) return [];
  const remotes = stat.isFile() && stat.size <= MAX_BYTES ? parse(fs.readFileSync(file, 'utf8')) : undefined;
  if (remotes !== undefined) return remotes;
  throw invalid(
    file,
    'the list of accepted remotes cannot be read',
    'remove the file, then: git lode install',
  );
}

/** Replaces the list whole, readable by its owner alone. */
export function writeAcceptedList(file: string, remotes: readonly string[]): void {
  const folder = path.dirname(file);
  fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
  tidyOnce(folder);
  const temporary = temporaryFile(folder);
  try {
    fs.writeFileSync(temporary, `${JSON.stringify({ version: 1, remotes }, undefined, 2)}\n`, {
      flag: 'wx',
      mode: 0o600,
      flush: true,
    });
    fs.renameSync(temporary, file);
  } finally {
    fs.rmSync(temporary, { force: true });
  }
}

/** A relative XDG_CONFIG_HOME is void (XDG Base Directory Specification): it would lead into whatever folder we are in. */
function configFolder(env: Environment, platform: NodeJS.Platform): string {
  const home = os.homedir();
  const [named, usual] =
    platform === 'win32'
      ? [env.APPDATA, path.join(home, 'AppData', 'Roaming')]
      : [env.XDG_CONFIG_HOME, path.join(env.HOME || home, '.config')];
  return named !== undefined && path.isAbsolute(named) ? named : usual;
}

function parse(text: string): string[] | undefined {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof document !== 'object' || document === null) return undefined;
  const { version, remotes } = document as { version?: unknown; remotes?: unknown };
  const sound = version === 1 && Array.isArray(remotes) && remotes.every((each) => typeof each === 'string');
  return sound ? remotes : undefined;
}
