import fs from 'node:fs';
import path from 'node:path';
import { LodeError, unless } from '../errors.ts';
import type { Repository } from '../git/repository.ts';
import type { Reporter } from '../report.ts';
import { acceptedListFile, readAcceptedList, writeAcceptedList } from './accepted-list.ts';
import { loadSettings } from './load.ts';
import type { Environment, RemoteSettings, SettingName, Settings } from './settings.ts';

/** `https://s3.eu-west-1.amazonaws.com` and its dual-stack, FIPS and Chinese forms. Other names under amazonaws.com are customers'. */
const AWS_ENDPOINT =
  /^https:\/\/s3(?:-fips)?(?:\.dualstack)?(?:\.[a-z]{2}(?:-[a-z]+)+-\d+)?\.amazonaws\.com(?:\.cn)?$/;

/** What a remote is on the list of accepted ones: everything that decides where bytes and signatures go, and who pays. */
export function remoteIdentity(remote: RemoteSettings): string {
  if (remote.kind === 'directory') return realFolder(remote.path);
  const { url, endpoint, profile, anonymous, requesterPays } = remote;
  const parts = [url];
  if (endpoint !== undefined) parts.push(`endpoint=${endpoint}`);
  if (profile !== undefined) parts.push(`profile=${profile}`);
  if (anonymous) parts.push('anonymous');
  if (requesterPays) parts.push('requesterPays');
  return parts.join(' ');
}

/**
 * True if a repository's word is not enough for this remote: a folder, an endpoint that is not AWS's, one of the user's
 * profiles, or that the user is to pay, where the committed file said so. What this machine's git configuration names is the user's word.
 */
export function needsAcceptance({ remote, committed }: Settings): boolean {
  const named = (name: SettingName) => committed.includes(name);
  if (remote === undefined) return false;
  if (remote.kind === 'directory') return named('remote');
  if (remote.profile !== undefined && named('profile')) return true;
  if (remote.requesterPays === true && named('requesterPays')) return true;
  return remote.endpoint !== undefined && named('endpoint') && !AWS_ENDPOINT.test(remote.endpoint);
}

/** True if this machine's user has agreed to the remote, or if it needs no agreement. */
export function isAccepted(settings: Settings, env: Environment): boolean {
  if (settings.remote === undefined || !needsAcceptance(settings)) return true;
  return readAcceptedList(acceptedListFile(env)).includes(remoteIdentity(settings.remote));
}

/** Remembers, outside of any repository, that this machine's user agrees to the remote. Idempotent. */
export function accept(settings: Settings, env: Environment): void {
  if (settings.remote === undefined || isAccepted(settings, env)) return;
  const file = acceptedListFile(env);
  writeAcceptedList(file, [...readAcceptedList(file), remoteIdentity(settings.remote)]);
}

/**
 * The remote that may be used here. Throws REMOTE_NOT_CONFIGURED, REMOTE_NOT_ACCEPTED, CONFIG_INVALID, CONFIG_SECRET.
 * Warnings about the configuration go to `reporter`. `version` as for `readCommittedFile`.
 */
export async function requireRemote(
  repository: Repository,
  env: Environment,
  reporter?: Reporter,
  version?: string,
): Promise<RemoteSettings> {
  const settings = await loadSettings(repository, env, version);
  for (const warning of settings.warnings) reporter?.warn(warning);
  if (settings.remote === undefined) {
    throw new LodeError('REMOTE_NOT_CONFIGURED', 'this repository names no data remote', {
      subject: repository.workTree ?? repository.gitDir,
      hint: 'git lode install <s3://bucket/prefix or folder>',
    });
  }
  if (isAccepted(settings, env)) return settings.remote;
  throw new LodeError(
    'REMOTE_NOT_ACCEPTED',
    'this repository names a data remote that you have not accepted yet',
    {
      subject: remoteIdentity(settings.remote),
      hint: 'if you trust it: git lode install',
    },
  );
}

/**
 * The folder that a path leads to, symbolic links followed as far as they exist: a checkout that puts a link in the way makes
 * another folder of it, which has not been accepted.
 */
function realFolder(folder: string): string {
  const real = unless(['ENOENT', 'ENOTDIR', 'EACCES', 'ELOOP'], () => fs.realpathSync(folder));
  if (real !== undefined) return real;
  const parent = path.dirname(folder);
  return parent === folder ? folder : path.join(realFolder(parent), path.basename(folder));
}
