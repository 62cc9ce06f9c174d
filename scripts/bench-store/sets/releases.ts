import fs from 'node:fs';
import path from 'node:path';
import { projectDir } from '../../../test/support/program.ts';
import { type NpmPackage, providePackages, unpackPackage } from '../../support/npm-packages.ts';
import type { DataSet } from '../data-set.ts';
import packages from './packages.json' with { type: 'json' };

/** The demo's: each archive is fetched once. */
const CACHE = path.join(projectDir, '.cache', 'demo');

export const jsonReleases = releases(
  'json-releases',
  'data.json of twenty releases of @mdn/browser-compat-data, 7.1.13 to 7.3.1',
  packages['browser-compat-data'],
  ['data.json'],
);

export const lodash = releases('tree-lodash', 'eight releases of lodash: 1,050 small files', packages.lodash);

export const typescript = releases(
  'tree-typescript',
  'eight releases of typescript, 5.6.2 to 5.9.3: 130 files, some of 9 MB',
  packages.typescript,
);

/** Published packages, one a version: all of their files, or those of `members`. */
function releases(
  name: string,
  about: string,
  list: readonly NpmPackage[],
  members: readonly string[] = [],
): DataSet {
  return {
    name,
    about,
    versions: list.length,
    start(folder) {
      if (!providePackages(list, CACHE)) return { kind: 'unavailable', why: 'no answer from the registry' };
      const left = [...list];
      const next = () => {
        for (const each of fs.readdirSync(folder)) fs.rmSync(path.join(folder, each), { recursive: true });
        unpackPackage(left.shift()!, CACHE, folder, members);
      };
      return { kind: 'ready', next };
    },
  };
}
