import fs from 'node:fs';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { digestFolder, type FileDigest } from '../support/folder.ts';
import type { DataSet } from './data-set.ts';
import type { Keeper, Kept } from './keeper.ts';

/** What became of one set of data. */
export type Outcome = Comparison | { readonly set: string; readonly unavailable: string };

export interface Comparison {
  readonly set: string;
  readonly versions: number;
  /** Bytes of all different contents: what a store of whole files keeps. */
  readonly whole: number;
  /** By the keeper's name. */
  readonly kept: Readonly<Record<string, Amount>>;
}

export interface Amount {
  readonly bytes: number;
  /** Wall time of all versions together. */
  readonly seconds: number;
}

type Digests = ReadonlyMap<string, FileDigest>;

/**
 * Hands every version of a set to every keeper in turn, in folders of its own inside `parent`, which are removed. Versions
 * that a keeper can restore are compared with what they were: a size for wrong files is worth nothing.
 */
export function compare(set: DataSet, among: readonly Keeper[], versions: number, parent: string): Outcome {
  const scratch = fs.mkdtempSync(path.join(fs.realpathSync(parent), 'git-lode-bench-store-'));
  try {
    const folder = path.join(scratch, 'versions');
    fs.mkdirSync(folder);
    const start = set.start(folder);
    if (start.kind === 'unavailable') return { set: set.name, unavailable: start.why };
    const kept = among.map((each) => ({ name: each.name, kept: each.open(scratch), seconds: 0 }));
    const history: Digests[] = [];
    for (let i = 0; i < versions; i++) {
      start.next();
      history.push(digestFolder(folder));
      for (const each of kept) each.seconds += timed(() => each.kept.keep(folder));
    }
    for (const each of kept) {
      each.seconds += timed(() => each.kept.finish?.());
      verify(each.name, each.kept, history);
    }
    const amounts = kept.map((each) => [each.name, { bytes: each.kept.bytes(), seconds: each.seconds }]);
    return { set: set.name, versions, whole: differentBytes(history), kept: Object.fromEntries(amounts) };
  } finally {
    fs.rmSync(scratch, { recursive: true, force: true });
  }
}

/** The first, the middle and the last version. */
function verify(name: string, kept: Kept, history: readonly Digests[]): void {
  if (kept.restore === undefined) return;
  const last = history.length - 1;
  for (const i of new Set([last, last >> 1, 0])) {
    if (isDeepStrictEqual(digestFolder(kept.restore(i)), history[i])) continue;
    throw new Error(`${name} did not give back version ${i}`);
  }
}

function differentBytes(history: readonly Digests[]): number {
  const files = history.flatMap((digests) => [...digests.values()]);
  const sizes = new Map(files.map(({ sha256, size }) => [sha256, size]));
  return [...sizes.values()].reduce((sum, size) => sum + size, 0);
}

function timed(action: () => void): number {
  const since = performance.now();
  action();
  return (performance.now() - since) / 1000;
}
