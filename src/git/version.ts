import { LodeError } from '../errors.ts';
import { git } from './run.ts';

/** `2.39.5` as [2, 39, 5]; what a vendor adds behind the numbers (`.windows.1`, `(Apple Git-154)`) is dropped. */
export type GitVersion = readonly [major: number, minor: number, patch: number];

let asked: GitVersion | undefined;

/** The version of the git on PATH, asked once a process. Throws GIT_MISSING, and GIT_FAILED for an answer without a version. */
export function gitVersion(cwd: string): GitVersion {
  asked ??= parseGitVersion(git(['version'], { cwd }).stdout.toString('latin1'));
  return asked;
}

/** Reads what `git version` prints. Throws GIT_FAILED. */
export function parseGitVersion(text: string): GitVersion {
  const match = /^git version (\d{1,6})\.(\d{1,6})(?:\.(\d{1,6}))?/.exec(text);
  if (match === null) throw new LodeError('GIT_FAILED', 'git did not say which version it is');
  return [Number(match[1]), Number(match[2]), Number(match[3] ?? 0)];
}

export function isAtLeast([major, minor]: GitVersion, wantedMajor: number, wantedMinor: number): boolean {
  return major > wantedMajor || (major === wantedMajor && minor >= wantedMinor);
}

/** From 2.54 on git runs hooks that its configuration names (`hook.<name>.command`), beside those in files. */
export function runsConfiguredHooks(version: GitVersion): boolean {
  return isAtLeast(version, 2, 54);
}
