import path from 'node:path';
import type { DataSet } from '../data-set.ts';
import { Random } from '../random.ts';
import { writeLines } from '../write-lines.ts';
import { COLUMNS, createRegion, csvLine, report } from './statistics.ts';

/** Each day 150 regions all over the table report, and 10 regions are added at its end: 1.7 MB at first, 2.3 at last. */
export const csvDaily: DataSet = {
  name: 'csv-daily',
  about: 'a statistics table, rewritten every day: rows change and are appended',
  versions: 600,
  start(folder) {
    const random = new Random(1);
    const regions = Array.from({ length: 17_000 }, (_, id) => createRegion(random, id, random.below(30)));
    let day = 30;
    const next = () => {
      if (day > 30) {
        for (let i = 0; i < 150; i++) report(random, random.pick(regions), day);
        for (let i = 0; i < 10; i++) regions.push(createRegion(random, regions.length, day));
      }
      day += 1;
      writeLines(path.join(folder, 'regions.csv'), [COLUMNS, ...regions.map(csvLine)]);
    };
    return { kind: 'ready', next };
  },
};
