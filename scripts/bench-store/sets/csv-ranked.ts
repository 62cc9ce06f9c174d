import path from 'node:path';
import type { DataSet } from '../data-set.ts';
import { Random } from '../random.ts';
import { writeLines } from '../write-lines.ts';
import { COLUMNS, createRegion, csvLine, report } from './statistics.ts';

/** Each day 150 regions report; the table is sorted anew by what they report, and its first column is the new rank. */
export const csvRanked: DataSet = {
  name: 'csv-ranked',
  about: 'the same table, sorted and numbered anew every day',
  versions: 100,
  start(folder) {
    const random = new Random(2);
    const regions = Array.from({ length: 17_000 }, (_, id) => createRegion(random, id, random.below(30)));
    let day = 30;
    const next = () => {
      if (day > 30) for (let i = 0; i < 150; i++) report(random, random.pick(regions), day);
      day += 1;
      regions.sort((a, b) => b.casesWeekly - a.casesWeekly || a.id - b.id);
      const lines = regions.map((region, i) => `${i + 1},${csvLine(region)}`);
      writeLines(path.join(folder, 'ranking.csv'), [`rank,${COLUMNS}`, ...lines]);
    };
    return { kind: 'ready', next };
  },
};
