import fs from 'node:fs';
import { LodeError } from '../errors.ts';
import { type GitRemote, listLocalRefs, resolveRefs } from '../git/refs.ts';
import type { Repository } from '../git/repository.ts';
import { leftBehind, rememberChecked } from './left-behind.ts';
import { NOTHING, type PushContext, type PushOptions, type PushSummary } from './push-context.ts';
import { paceFor } from './push-pace.ts';
import { pointerlessCommits, rememberPointerless } from './push-pointerless.ts';
import { describeGitRemote, isRegistered, register, SeenRegistrations } from './push-registry.ts';
import type { PushRunContext } from './push-run.ts';
import { findScope, type PushScope } from './push-scope.ts';
import type { RefUpdate } from './push-updates.ts';
import type { Remote } from './remote.ts';
import { StoreClock } from './store-clock.ts';

export type { PushContext, PushOptions, PushSummary } from './push-context.ts';

/**
 * Uploads what the commits of `updates` need and the data remote lacks: the pusher's steps 1 to 8 of docs/FORMAT.md. When
 * it resolves git may move the remote's refs. OBJECT_MISSING if an object is neither here nor there, OBJECT_CORRUPT if a
 * local copy is rotten.
 */
export async function pushObjects(
  context: PushContext,
  gitRemote: GitRemote,
  updates: readonly RefUpdate[],
  options: PushOptions = {},
): Promise<PushSummary> {
  const tips = distinct(updates.map(({ localOid }) => localOid));
  const told = distinct(updates.map(({ remoteOid }) => remoteOid));
  return push(context, gitRemote, { tips, told }, options);
}

/** As `pushObjects`, for what `git push <remote> <ref>…` would push; without refs, every branch and tag. USAGE for a ref that is not here. */
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
  return push(context, gitRemote, { tips: distinct(tips), told: [] }, options);
}

/** What a push of every branch to `gitRemoteName` would have to look at, by the remote-tracking refs alone: no network. */
export async function pendingUploads(
  repository: Repository,
  gitRemoteName: string,
  signal: AbortSignal = new AbortController().signal,
): Promise<{ readonly objects: number; readonly bytes: number }> {
  const tips = ['HEAD', '--branches'].slice(resolveRefs(repository, ['HEAD'])[0] === undefined ? 1 : 0);
  const { objects } = await findScope(repository, tips, [`--remotes=${gitRemoteName}`], signal);
  return { objects: objects.length, bytes: totalBytes(objects) };
}

interface Wanted {
  readonly tips: readonly string[];
  readonly told: readonly string[];
}

async function push(
  context: PushContext,
  gitRemote: GitRemote,
  wanted: Wanted,
  options: PushOptions,
): Promise<PushSummary> {
  const summary = await upload(context, gitRemote, wanted, options);
  if (options.dryRun !== true) rememberChecked(context.repository, wanted.tips);
  return summary;
}

/** Step 1: nothing new means no request, and nothing of the remote's side is even loaded. */
async function upload(
  context: PushContext,
  gitRemote: GitRemote,
  { tips, told }: Wanted,
  options: PushOptions,
): Promise<PushSummary> {
  if (tips.length === 0) return NOTHING;
  const { repository, signal } = context;
  const clock = new StoreClock(context.clocks);
  const settings = await context.remoteSettings();
  // Neither configured nor ever at work here: some other repository of a machine with a global installation.
  if (settings === undefined && !fs.existsSync(repository.sharedDir)) return NOTHING;

  const file = describeGitRemote(repository, gitRemote);
  const seen = new SeenRegistrations(repository.sharedDir);
  const isSeen = settings !== undefined && seen.has(settings, file.id);
  const onGitRemote = options.distrustRefs === true ? [] : [...told, ...trackingRefs(gitRemote)];
  const exclude = isSeen ? onGitRemote : pointerlessCommits(repository);
  const scope = await findScope(repository, tips, exclude, signal);
  if (scope.objects.length === 0) {
    if (!isSeen) rememberPointerless(repository, tips);
    return NOTHING;
  }

  const remote = await context.openRemote();
  try {
    const run = { push: context, remote, gitRemote, file, told, clock, pace: paceFor(settings) };
    if (options.dryRun !== true) await remote.ensureFormat();
    else if (!(await remote.checkFormat())) return summary(run, scope, scope.objects.length, 0);
    if (isSeen) return await pushScope(run, scope, options);
    const known = await isRegistered(remote.backend, file);
    if (!known && options.dryRun !== true) await register(remote.backend, file);
    if (settings !== undefined && (known || options.dryRun !== true)) seen.add(settings, file.id);
    if (known) return await pushScope(run, await findScope(repository, tips, onGitRemote, signal), options);
    // One that nobody knew has nothing, whatever its refs say. Commits without pointers are nothing to rely on.
    return await pushScope(run, { ...scope, exclude: [] }, options);
  } finally {
    remote.close();
  }
}

async function pushScope(run: PushRunContext, scope: PushScope, options: PushOptions): Promise<PushSummary> {
  if (scope.objects.length === 0) return { ...NOTHING, requestsMade: true };
  // What uploads is not loaded by the many pushes that bring nothing.
  const { PushRun } = await import('./push-run.ts');
  const pushRun = new PushRun(run, scope);
  if (options.dryRun === true) {
    const missing = await pushRun.dryRun();
    return summary(run, scope, missing.length, 0);
  }
  await pushRun.run();
  return summary(run, pushRun.scope, pushRun.uploaded.size, pushRun.packs);
}

function summary(
  { push, remote }: { readonly push: PushContext; readonly remote: Remote },
  { objects }: PushScope,
  uploadedObjects: number,
  packs: number,
): PushSummary {
  return {
    objects: objects.length,
    bytes: totalBytes(objects),
    uploadedObjects,
    uploadedBytes: remote.counts.put.bytes,
    packs,
    requestsMade: true,
    missing: objects.filter(({ oid, size }) => !push.store.has(oid, size)).length,
  };
}

/** What the remote-tracking refs say; there are none for a bare URL, which git gives as the name too. */
function trackingRefs({ name, url }: GitRemote): string[] {
  return name === url ? [] : [`--remotes=${name}`];
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

function totalBytes(objects: PushScope['objects']): number {
  return objects.reduce((sum, { size }) => sum + size, 0);
}

function distinct(oids: readonly (string | undefined)[]): string[] {
  return [...new Set(oids.filter((oid) => oid !== undefined))];
}
