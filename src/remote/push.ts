import { LodeError } from '../errors.ts';
import { type GitRemote, listLocalRefs, resolveRefs } from '../git/refs.ts';
import type { Repository } from '../git/repository.ts';
import { leftBehind, rememberChecked } from './left-behind.ts';
import type { PushContext, PushOptions, PushSummary } from './push-context.ts';
import { finishPushes } from './push-finish.ts';
import { findScope, totalBytes } from './push-scope.ts';
import { startPush, type WantedPush } from './push-start.ts';
import type { RefUpdate } from './push-updates.ts';

export type { PushContext, PushOptions, PushSummary } from './push-context.ts';
export { finishPushes } from './push-finish.ts';

/**
 * Uploads what the commits of `updates` need and the data remote lacks: the pusher's steps 1 to 8 of docs/FORMAT.md.
 * When it resolves git may move the remote's refs. OBJECT_MISSING if an object is neither here nor there,
 * OBJECT_CORRUPT if a local copy is rotten.
 */
export async function pushObjects(
  context: PushContext,
  gitRemote: GitRemote,
  updates: readonly RefUpdate[],
  options: PushOptions = {},
): Promise<PushSummary> {
  const tips = distinct(updates.map(({ localOid }) => localOid));
  const told = distinct(updates.map(({ remoteOid }) => remoteOid));
  return push(context, gitRemote, { tips, told, movesRefs: true }, options);
}

/**
 * As `pushObjects`, for what `git push <remote> <ref>…` would push; without refs, every branch and tag. USAGE for a ref
 * that is not here.
 */
export async function pushRefs(
  context: PushContext,
  gitRemote: GitRemote,
  refs: readonly string[],
  options: PushOptions = {},
): Promise<PushSummary> {
  const { repository, signal } = context;
  const tips =
    refs.length === 0 ? listLocalRefs(repository).map(({ oid }) => oid) : sources(repository, refs);
  if (refs.length === 0 && options.distrustRefs === true) {
    // What was pushed past the hook and then rewritten here is still on the git remote.
    tips.push(...(await leftBehind(repository, gitRemote.name, signal)).tips);
  }
  return push(context, gitRemote, { tips: distinct(tips), told: [], movesRefs: false }, options);
}

/**
 * What a push of every branch to `gitRemoteName` would have to look at, by the remote-tracking refs alone: no network.
 */
export async function pendingUploads(
  repository: Repository,
  gitRemoteName: string,
  signal: AbortSignal = new AbortController().signal,
): Promise<{ readonly objects: number; readonly bytes: number }> {
  const tips = ['HEAD', '--branches'].slice(resolveRefs(repository, ['HEAD'])[0] === undefined ? 1 : 0);
  const { objects } = await findScope(repository, tips, [`--remotes=${gitRemoteName}`], signal);
  return { objects: objects.length, bytes: totalBytes(objects) };
}

async function push(
  context: PushContext,
  gitRemote: GitRemote,
  wanted: WantedPush,
  options: PushOptions,
): Promise<PushSummary> {
  if (options.dryRun !== true) await finishPushes(context);
  const summary = await startPush(context, gitRemote, wanted, options);
  if (options.dryRun !== true) rememberChecked(context.repository, wanted.tips);
  return summary;
}

/** The left sides of `git push`'s refspecs; one without a left side deletes. */
function sources(repository: Repository, refspecs: readonly string[]): string[] {
  const names = refspecs
    .map((refspec) => refspec.replace(/^\+/, '').replace(/:.*$/s, ''))
    .filter((name) => name !== '');
  return resolveRefs(repository, names).map((ref, i) => {
    if (ref !== undefined) return ref.oid;
    throw new LodeError('USAGE', 'there is no such ref or commit', {
      subject: names[i]!,
      hint: 'git branch --list',
    });
  });
}

function distinct(oids: readonly (string | undefined)[]): string[] {
  return [...new Set(oids.filter((oid) => oid !== undefined))];
}
