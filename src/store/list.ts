import fs from 'node:fs';
import path from 'node:path';
import { unless } from '../errors.ts';
import { type StoreLayout, storeLayout } from './layout.ts';
import type { Listed } from './store.ts';

const FOLDERS = 256;
/** SHA-256 is uniform: some of the folders tell of all. */
const SAMPLED = ['00', '55', 'aa', 'ff'];
const OID = /^[0-9a-f]{64}$/;

/** About how many objects have files of their own. */
export function countFiles({ objects }: StoreLayout): number {
  const found = SAMPLED.reduce((sum, name) => sum + names(path.join(objects, name)).length, 0);
  return found * (FOLDERS / SAMPLED.length);
}

/** True for the store of a new clone: it has no folder for any kind of object. To ask it for each of very many takes longer. */
export function holdsNothing(sharedDir: string): boolean {
  const { objects, bundles } = storeLayout(sharedDir);
  return !fs.existsSync(objects) && !fs.existsSync(bundles);
}

/** Every object that has a file of its own. */
export function* listFiles({ objects }: StoreLayout): Generator<Listed> {
  for (const folder of names(objects)) {
    for (const oid of names(path.join(objects, folder))) {
      const stat = fs.statSync(path.join(objects, folder, oid), { throwIfNoEntry: false });
      if (OID.test(oid) && stat?.isFile()) yield { oid, size: stat.size };
    }
  }
}

function names(folder: string): string[] {
  return unless(['ENOENT', 'ENOTDIR'], () => fs.readdirSync(folder)) ?? [];
}
