import fs from 'node:fs';
import { faultPoint } from '../fault-point.ts';
import type { GitRemote } from '../git/refs.ts';
import { recordEnded } from './push-after.ts';
import { NOTHING, type PushContext, type PushOptions, type PushSummary } from './push-context.ts';
import { pointerlessCommits, rememberPointerless } from './push-pointerless.ts';
import { describeGitRemote, isRegistered, register, SeenRegistrations } from './push-registry.ts';
import type { PushRunContext } from './push-run.ts';
import { findScope, type PushScope, totalBytes } from './push-scope.ts';
import type { Remote } from './remote.ts';
import { localClocks, StoreClock } from './store-clock.ts';
import { storedPointers } from './stored-pointers.ts';

export interface WantedPush {
  readonly tips: readonly string[];
  /** Object ids that the git remote's refs reach: what git told the hook. */
  readonly told: readonly string[];
  /** True if git moves the remote's refs right after. */
  readonly movesRefs: boolean;
}

/** Step 1: nothing new means no request, and nothing of the remote's side is even loaded. */
export async function startPush(
  context: PushContext,
  gitRemote: GitRemote,
  wanted: WantedPush,
  options: PushOptions,
): Promise<PushSummary> {
  const { tips, told } = wanted;
  if (tips.length === 0) return NOTHING;
  const { repository, store, signal } = context;
  const clock = new StoreClock(context.clocks);
  const settings = await context.remoteSettings();
  // Neither configured nor ever at work here: some other repository of a machine with a global installation.
  if (settings === undefined && !fs.existsSync(repository.sharedDir)) return NOTHING;

  const file = describeGitRemote(repository, gitRemote);
  const seen = new SeenRegistrations(repository.sharedDir);
  const isSeen = settings !== undefined && seen.has(settings, file.id);
  const onGitRemote = [...told, ...(options.distrustRefs === true ? [] : trackingRefs(gitRemote))];
  // Where no data remote is named any more, by a commit that was reverted say, what is on the git remote is not to be looked for.
  const trustsRefs = isSeen || settings === undefined;
  const exclude = trustsRefs ? onGitRemote : pointerlessCommits(repository);
  const known = storedPointers(repository, store);
  const scope = await findScope(repository, tips, exclude, signal, known);
  if (scope.objects.length === 0) {
    if (!trustsRefs) rememberPointerless(repository, tips);
    return NOTHING;
  }

  const remote = await context.openRemote();
  try {
    const run = { push: context, remote, gitRemote, file, told, clock };
    if (options.dryRun !== true) await remote.ensureFormat();
    else if (!(await remote.checkFormat())) return foreseen(run, scope, scope.objects);
    faultPoint('format-put');
    const go = (scope: PushScope) => pushScope(run, scope, wanted.movesRefs, options);
    if (isSeen) return await go(scope);
    const begun = settings !== undefined && seen.hasBegun(settings, file.id);
    if (!begun && (await isRegistered(remote.backend, file))) {
      if (settings !== undefined) seen.add(settings, file.id);
      return await go(await findScope(repository, tips, onGitRemote, signal, known));
    }
    // One that nobody knew has nothing, whatever its refs say. Commits without pointers are nothing to rely on.
    const everything = { ...scope, exclude: [] };
    if (options.dryRun === true) return await go(everything);
    if (settings !== undefined) seen.begin(settings, file.id);
    await register(remote.backend, file);
    faultPoint('repository-registered');
    const result = await go(everything);
    if (settings !== undefined) seen.add(settings, file.id);
    return result;
  } finally {
    remote.close();
  }
}

async function pushScope(
  run: PushRunContext,
  scope: PushScope,
  movesRefs: boolean,
  options: PushOptions,
): Promise<PushSummary> {
  if (scope.objects.length === 0) return { ...NOTHING, requestsMade: true };
  // What uploads is not loaded by the many pushes that bring nothing.
  const { PushRun } = await import('./push-run.ts');
  const pushRun = new PushRun(run, scope);
  if (options.dryRun === true) {
    return foreseen(run, scope, await pushRun.dryRun());
  }
  const standing = await pushRun.run();
  if (movesRefs) {
    const { repository, clocks = localClocks } = run.push;
    recordEnded(repository.sharedDir, { ...standing, gitRemote: run.gitRemote, ended: clocks.wall() });
    faultPoint('push-recorded');
  }
  return summary(run, pushRun.scope, pushRun);
}

/** Of a push that only looked. */
function foreseen(run: PushRunContext, scope: PushScope, lacking: PushScope['objects']): PushSummary {
  const oids = new Set(lacking.map(({ oid }) => oid));
  const found = scope.objects.filter(({ oid }) => !oids.has(oid));
  return summary(run, scope, { uploaded: oids.size, found, packs: 0 });
}

interface Upload {
  /** How many objects were uploaded, or would be. */
  readonly uploaded: number;
  /** What the remote had of the objects. */
  readonly found: PushScope['objects'];
  readonly packs: number;
}

function summary(
  { push, remote }: { readonly push: PushContext; readonly remote: Remote },
  { objects }: PushScope,
  { uploaded, found, packs }: Upload,
): PushSummary {
  return {
    objects: objects.length,
    bytes: totalBytes(objects),
    uploadedObjects: uploaded,
    uploadedBytes: remote.counts.put.bytes,
    packs,
    requestsMade: true,
    // What was uploaded was here.
    missing: found.filter(({ oid, size }) => !push.store.has(oid, size)).length,
  };
}

/** What the remote-tracking refs say; there are none for a bare URL, which git gives as the name too. */
function trackingRefs({ name, url }: GitRemote): string[] {
  return name === url ? [] : [`--remotes=${name}`];
}
