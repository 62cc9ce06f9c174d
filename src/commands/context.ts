import type { Repository } from '../git/repository.ts';
import type { PushContext } from '../remote/push.ts';
import type { Remote } from '../remote/remote.ts';
import { openStore } from '../store/open.ts';
import type { DrainDependencies } from '../worktree/drain.ts';
import type { CommandContext } from './command.ts';

/** What the working tree's functions need, from what a command has. The remote is opened only if something is missing. */
export function drainDependencies(
  repository: Repository,
  { env, reporter, signal }: CommandContext,
): DrainDependencies {
  const store = openStore(repository.sharedDir);
  return {
    store,
    reporter,
    signal,
    fetch: async (wanted, onObject) => {
      const { bringObjects } = await import('../remote/bring-objects.ts');
      return bringObjects(repository, store, wanted, { reporter, signal, env, onObject });
    },
  };
}

/** The same for a push, which opens the remote only if something may have to go there. */
export function pushContext(repository: Repository, context: CommandContext): PushContext {
  const { env, reporter, signal } = context;
  return {
    repository,
    store: openStore(repository.sharedDir),
    reporter,
    signal,
    remoteSettings: async () => {
      const { loadSettings } = await import('../config/load.ts');
      return (await loadSettings(repository, env)).remote;
    },
    openRemote: () => openRemote(repository, context),
  };
}

/** Opens the data remote that the repository names. Errors as `requireRemote` and `openBackend`. Everything it needs is loaded now. */
export async function openRemote(
  repository: Repository,
  { env, reporter, signal }: CommandContext,
): Promise<Remote> {
  const { requireRemote } = await import('../config/acceptance.ts');
  const { openRemote } = await import('../remote/remote.ts');
  return openRemote(repository, await requireRemote(repository, env, reporter), reporter, { signal });
}
