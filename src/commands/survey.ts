import { isAccepted } from '../config/acceptance.ts';
import { loadSettings } from '../config/load.ts';
import type { Settings } from '../config/settings.ts';
import { pointersInIndex } from '../git/pointers-in-tree.ts';
import { defaultPushRemote } from '../git/refs.ts';
import type { Repository } from '../git/repository.ts';
import { leftBehind } from '../remote/left-behind.ts';
import { pendingUploads } from '../remote/push.ts';
import { openStore } from '../store/open.ts';
import type { Store } from '../store/store.ts';
import type { PointerFile, PointerReason, StatusReport } from '../ui/status-text.ts';
import { readJournal } from '../worktree/journal.ts';
import { pointerFiles } from '../worktree/materialise-all.ts';
import type { CommandContext } from './command.ts';

/** Looks at everything that `status` tells of. Asks no network and changes nothing. */
export async function survey(
  repository: Repository,
  { env, reporter, signal }: CommandContext,
): Promise<StatusReport> {
  const settings = await loadSettings(repository, env);
  for (const warning of settings.warnings) reporter.warn(warning);
  const { remote } = settings;
  const store = openStore(repository.sharedDir);
  return {
    remote: remote === undefined ? null : { url: remote.url, accepted: isAccepted(settings, env) },
    ...(await uploads(repository, signal)),
    pointerFiles: await listPointerFiles(repository, store, reasonWithoutObject(settings, env)),
    missingObjects: await listMissing(repository, store, signal),
    unfinished: readJournal(repository.ownDir).records.length,
  };
}

async function uploads(
  repository: Repository,
  signal: AbortSignal,
): Promise<Pick<StatusReport, 'pendingUploads' | 'leftBehind'>> {
  const gitRemote = defaultPushRemote(repository);
  if (gitRemote === undefined) return { pendingUploads: null, leftBehind: null };
  const pending = await pendingUploads(repository, gitRemote, signal);
  const { objects } = await leftBehind(repository, gitRemote, signal);
  const bytes = objects.reduce((sum, { size }) => sum + size, 0);
  return {
    pendingUploads: { gitRemote, objects: pending.objects, bytes: pending.bytes },
    leftBehind: { gitRemote, objects: objects.length, bytes },
  };
}

function reasonWithoutObject(settings: Settings, env: CommandContext['env']): PointerReason {
  if (settings.remote === undefined) return 'no-remote';
  return isAccepted(settings, env) ? 'not-here' : 'remote-not-accepted';
}

async function listPointerFiles(
  repository: Repository,
  store: Store,
  absent: PointerReason,
): Promise<PointerFile[]> {
  return (await pointerFiles(repository)).map(({ oid, size, path }) => ({
    path: path.toString('utf8'),
    oid,
    size,
    reason: store.has(oid, size) ? 'not-in-place' : absent,
  }));
}

async function listMissing(
  repository: Repository,
  store: Store,
  signal: AbortSignal,
): Promise<StatusReport['missingObjects']> {
  const found = new Map<string, StatusReport['missingObjects'][number]>();
  for await (const { pointer, path } of pointersInIndex(repository, signal)) {
    const { oid, size } = pointer;
    if (!found.has(oid) && !store.has(oid, size)) found.set(oid, { oid, size, path: path.toString('utf8') });
  }
  return [...found.values()];
}
