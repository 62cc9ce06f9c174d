import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { unless } from '../errors.ts';
import type { GitRemote } from '../git/refs.ts';
import type { Arrival } from '../git/tracking-refs.ts';
import { dropCacheFile, readCacheFile, writeCacheFile } from './cache-file.ts';
import type { Standing } from './push-run.ts';
import { CHECK_VALID, SIGHTING_VALID } from './times.ts';

/** A push whose hook has ended: git was about to move the git remote's refs. */
export interface EndedPush extends Standing {
  readonly gitRemote: GitRemote;
  /** When the hook ended, ms on this machine's clock. */
  readonly ended: number;
}

const MAX_BYTES = 16 * 1024 * 1024;

const folderOf = (sharedDir: string): string => path.join(sharedDir, 'push', 'ended');

export function recordEnded(sharedDir: string, push: EndedPush): void {
  const file = path.join(folderOf(sharedDir), `${randomBytes(8).toString('hex')}.json`);
  writeCacheFile(file, Buffer.from(JSON.stringify(push)));
}

/** The pushes that have not been looked at since; `drop` when that is done. */
export function endedPushes(sharedDir: string): { readonly push: EndedPush; drop(): void }[] {
  const folder = folderOf(sharedDir);
  const names = unless(['ENOENT'], () => fs.readdirSync(folder)) ?? [];
  return names.flatMap((name) => {
    const file = path.join(folder, name);
    const push = name.endsWith('.json') ? parse(readCacheFile(file, MAX_BYTES)) : undefined;
    return push === undefined ? [] : [{ push, drop: () => dropCacheFile(file) }];
  });
}

/**
 * Step 9: whether what an ended push relies on has to be looked at again. It has not if the refs moved within the hour
 * for which the hook's own check holds; it has if they moved later, or if nobody knows when.
 */
export function afterPush(
  { ended }: Pick<EndedPush, 'ended'>,
  arrival: Arrival | undefined,
  now: number,
): 'done' | 'wait' | 'check' {
  const inTime = (time: number) => time - ended <= CHECK_VALID;
  if (arrival === undefined) return inTime(now) ? 'wait' : 'check';
  if (!arrival.reached) return now - ended > SIGHTING_VALID ? 'done' : 'wait';
  return inTime(arrival.at ?? now) ? 'done' : 'check';
}

/** A record that was cut off is none: the push that it told of is repaired when it is pushed again. */
function parse(bytes: Buffer | undefined): EndedPush | undefined {
  try {
    return JSON.parse(bytes?.toString('utf8') ?? '') as EndedPush;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
