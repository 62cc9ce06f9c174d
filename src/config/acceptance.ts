import { LodeError } from '../errors.ts';
import type { Repository } from '../git/repository.ts';
import type { Reporter } from '../report.ts';
import type { Environment, RemoteSettings, Settings } from './settings.ts';

/** True if this machine's user has agreed to the remote, or if it is of a kind that needs no agreement. */
export function isAccepted(_settings: Settings, _env: Environment): boolean {
  throw new LodeError('INTERNAL', 'isAccepted is being written');
}

/** Remembers, outside of any repository, that this machine's user agrees to the remote. Idempotent. */
export function accept(_settings: Settings, _env: Environment): void {
  throw new LodeError('INTERNAL', 'accept is being written');
}

/**
 * The remote that may be used here. Throws REMOTE_NOT_CONFIGURED, REMOTE_NOT_ACCEPTED, CONFIG_INVALID, CONFIG_SECRET.
 * Warnings about the configuration go to `reporter`.
 */
export async function requireRemote(
  _repository: Repository,
  _env: Environment,
  _reporter?: Reporter,
): Promise<RemoteSettings> {
  throw new LodeError('INTERNAL', 'requireRemote is being written');
}
