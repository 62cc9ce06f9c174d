// `npm run bench:one-version [-- --set csv-daily] [--versions 600] [--samples 13] [--dir FOLDER] [--json]`: what one version out of many costs
// whoever has none of them: bytes and requests, counted before an S3 double, beside the version's own size as a zstd file.
import os from 'node:os';
import { parseArgs } from 'node:util';
import { columns, megabytes } from '../support/columns.ts';
import { DATA_SETS } from './data-sets.ts';
import { type OneVersion, readVersions } from './one-version/journey.ts';

/** What a version may cost, as a share of its size as a zstd file, and in requests. */
const GOAL = { ratio: 1.5, requests: 40 };

const { values } = parseArgs({
  options: {
    set: { type: 'string', default: 'csv-daily' },
    versions: { type: 'string' },
    samples: { type: 'string', default: '13' },
    dir: { type: 'string', default: os.tmpdir() },
    json: { type: 'boolean', default: false },
  },
});

// Ctrl-C ends the git that is being measured, and with it, by its failure, this one, which then removes its folders.
process.on('SIGINT', () => {});
const set = DATA_SETS.find(({ name }) => name === values.set);
if (set === undefined) throw new Error(`there is no set '${values.set}'`);
const versions = Math.min(set.versions, Number(values.versions ?? set.versions));
const read = await readVersions(set, versions, Number(values.samples), values.dir);
console.log(values.json ? JSON.stringify(read, undefined, 2) : table(read));

function table(rows: readonly OneVersion[]): string {
  const header = ['version', 'whole', 'zstd', 'received', 'received / zstd', 'requests', ''];
  return columns([
    header,
    ...rows.map(({ version, whole, zstd, down, requests }) => [
      String(version),
      megabytes(whole),
      megabytes(zstd),
      megabytes(down),
      (down / zstd).toFixed(2),
      String(requests),
      down <= GOAL.ratio * zstd && requests <= GOAL.requests ? 'kept' : 'OVER',
    ]),
  ]);
}
