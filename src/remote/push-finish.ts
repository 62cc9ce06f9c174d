import path from 'node:path';
import { type ErrorCode, isLodeError } from '../errors.ts';
import type { Repository } from '../git/repository.ts';
import { type Arrival, arrivalOf } from '../git/tracking-refs.ts';
import { Marks } from './marks.ts';
import { afterPush, type EndedPush, endedPushes } from './push-after.ts';
import { findUnreliable } from './push-check.ts';
import type { PushContext } from './push-context.ts';
import { startPush } from './push-start.ts';
import { localClocks } from './store-clock.ts';

/**
 * Step 9, for the next command that runs: what earlier pushes rely on is looked at again where git moved the refs long
 * after the hook had ended, and what has gone since is uploaded from the local store. Asks no network otherwise. What
 * cannot be mended is told, and keeps no command from its own work.
 */
export async function finishPushes(context: PushContext): Promise<void> {
  const { repository, clocks = localClocks } = context;
  for (const { push, drop } of endedPushes(repository.sharedDir)) {
    const verdict = afterPush(push, arrival(repository, push), clocks.wall());
    if (verdict === 'done' || (verdict === 'check' && (await mend(context, push)))) drop();
  }
}

/** False if it has to be tried again by a later command. */
async function mend(context: PushContext, push: EndedPush): Promise<boolean> {
  try {
    if (!(await stillStands(context, push))) await repair(context, push);
    return true;
  } catch (error) {
    if (!isLodeError(error) || error.code === 'INTERRUPTED') throw error;
    const { message, subject, hint } = error;
    context.reporter.warn(
      [`an earlier push may lack data: ${message}`, subject, hint].filter(Boolean).join('; '),
    );
    return LOST.has(error.code);
  }
}

/** There is nothing that a later command could try. */
const LOST: ReadonlySet<string> = new Set<ErrorCode>(['OBJECT_MISSING', 'OBJECT_CORRUPT']);

/** When all of its tips had arrived; undefined for a bare URL, of which git keeps no refs. */
function arrival(repository: Repository, { gitRemote, tips }: EndedPush): Arrival | undefined {
  if (gitRemote.name === gitRemote.url) return undefined;
  const arrivals = tips.map((tip) => arrivalOf(repository, gitRemote.name, tip));
  const times = arrivals.map(({ at }) => at).filter((at) => at !== undefined);
  return {
    reached: arrivals.every(({ reached }) => reached),
    at: times.length === arrivals.length ? Math.max(...times) : undefined,
  };
}

async function stillStands(context: PushContext, { packs, table }: EndedPush): Promise<boolean> {
  const remote = await context.openRemote();
  try {
    const { backend, cacheDir, sightings } = remote;
    const marks = new Marks(backend, path.join(cacheDir, 'marks'));
    const reliance = { packs: new Set(packs), table, arrived: new Map<string, number>() };
    return (await findUnreliable({ backend, marks, sightings }, reliance)).length === 0;
  } finally {
    remote.close();
  }
}

/** The git remote reaches the tips, and so the bases too. */
async function repair(context: PushContext, { gitRemote, tips, bases }: EndedPush): Promise<void> {
  context.reporter.info(`uploading again what has gone since a push to ${gitRemote.name}`);
  await startPush(context, gitRemote, { tips, told: bases, movesRefs: false }, { distrustRefs: true });
}
