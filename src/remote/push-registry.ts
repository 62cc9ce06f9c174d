import { createHash } from 'node:crypto';
import path from 'node:path';
import type { Backend } from '../backend/backend.ts';
import { remoteIdentity } from '../config/acceptance.ts';
import type { RemoteSettings } from '../config/settings.ts';
import { repositoryKey } from '../format/keys.ts';
import { encodeRepositoryFile, type RepositoryFile, repositoryFile } from '../format/repository-file.ts';
import type { GitRemote } from '../git/refs.ts';
import type { Repository } from '../git/repository.ts';
import { sha256 } from '../store/sha256.ts';
import { readCacheFile, writeCacheFile } from './cache-file.ts';

const MAX_BYTES = 1024 * 1024;
const BEGUN = ' begun';

/** The git remote as the data remote knows it. A remote that is a path, relative ones too, is one. */
export function describeGitRemote(repository: Repository, { url }: GitRemote): RepositoryFile {
  const isPath = !/^[a-z][a-z0-9+.-]*:\/\//i.test(url) && !/^[^/\\]{2,}:/.test(url);
  return repositoryFile(isPath ? path.resolve(repository.workTree ?? repository.gitDir, url) : url);
}

/**
 * Which git remotes this client has seen in `repos/` of which data remotes: no tool removes one unasked, so they are
 * asked for once. Kept in `<sharedDir>/push/registered`, one line for each pair; `begun` behind it, as long as this client
 * has registered the git remote and not yet brought what its refs need.
 */
export class SeenRegistrations {
  readonly #file: string;

  constructor(sharedDir: string) {
    this.#file = path.join(sharedDir, 'push', 'registered');
  }

  has(settings: RemoteSettings, id: string): boolean {
    return this.#lines().includes(line(settings, id));
  }

  hasBegun(settings: RemoteSettings, id: string): boolean {
    return this.#lines().includes(line(settings, id) + BEGUN);
  }

  /** Call it before the git remote is registered: everybody takes one that is for complete. */
  begin(settings: RemoteSettings, id: string): void {
    this.#put(line(settings, id), BEGUN);
  }

  add(settings: RemoteSettings, id: string): void {
    this.#put(line(settings, id), '');
  }

  #put(pair: string, state: string): void {
    const lines = this.#lines().filter((each) => each !== pair && each !== pair + BEGUN);
    writeCacheFile(this.#file, Buffer.from([...lines, pair + state, ''].join('\n')));
  }

  #lines(): string[] {
    return (readCacheFile(this.#file, MAX_BYTES)?.toString('latin1') ?? '').split('\n').filter(Boolean);
  }
}

/** True if the git remote is in `repos/` already. */
export async function isRegistered(backend: Backend, { id }: RepositoryFile): Promise<boolean> {
  return (await backend.head(repositoryKey(id))).found !== undefined;
}

/** Puts the git remote into `repos/`: from then on its refs keep what they need. */
export async function register(backend: Backend, file: RepositoryFile): Promise<void> {
  const bytes = encodeRepositoryFile(file);
  await backend.put(repositoryKey(file.id), [bytes], sha256(bytes));
}

function line(settings: RemoteSettings, id: string): string {
  return `${createHash('sha256').update(remoteIdentity(settings)).digest('hex')} ${id}`;
}
