// `npm run bench:line [-- --only 1x1GB] [--rates 100,1000] [--round-trip 40] [--rounds 1] [--server PROGRAM] [--dir FOLDER] [--server-dir FOLDER]`
// `git push` and `git clone` over a simulated line: what share of its rate the content moves at.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { DATASETS, type Dataset, writeDataset } from '../bench/datasets.ts';
import { median } from '../bench/report.ts';
import { columns } from '../support/columns.ts';
import { pick } from '../support/pick.ts';
import { Retired } from '../support/retired.ts';
import { CONTENDERS } from './contenders.ts';
import { DIRECTIONS, type Sample, travel } from './journey.ts';
import { overLine } from './line.ts';
import { MEMORY_DIR, startServer } from './server.ts';

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: '1x1GB,20000x100KB' },
    contenders: { type: 'string', default: 'git-lode' },
    rates: { type: 'string', default: '100,1000' },
    'round-trip': { type: 'string', default: '40' },
    rounds: { type: 'string', default: '1' },
    server: { type: 'string', default: 'versitygw' },
    dir: { type: 'string', default: os.tmpdir() },
    'server-dir': { type: 'string', default: MEMORY_DIR },
  },
});

/** What share of the line's rate is asked of each set. */
const GOALS: Readonly<Record<string, number>> = { '1x1GB': 0.85, '20000x100KB': 0.7 };

// Ctrl-C ends the program that is being measured, and with it, by its failure, this one, which then removes its folders.
process.on('SIGINT', () => {});
const roundTripMs = Number(values['round-trip']);
const retired = new Retired();
const server = await startServer(values.server, values['server-dir']);
const rows = [['set', 'way', 'line', 'program', 'wall s', 'share of the rate', 'goal']];
try {
  for (const dataset of pick(DATASETS, values.only)) {
    const source = fs.mkdtempSync(path.join(values.dir, 'git-lode-bench-source-'));
    try {
      writeDataset(dataset, source);
      for (const rate of values.rates.split(',').map(Number))
        rows.push(...(await measure(dataset, source, rate)));
    } finally {
      retired.add(source);
    }
  }
} finally {
  server.close();
  retired.remove();
}
console.log(`round trip ${roundTripMs} ms; ${os.cpus().length} cores; Node ${process.versions.node}\n`);
console.log(columns(rows));

async function measure(dataset: Dataset, source: string, rate: number): Promise<string[][]> {
  const line = await overLine(server, { roundTripMs, megabitsPerSecond: rate });
  const rows: string[][] = [];
  try {
    for (const contender of pick(CONTENDERS, values.contenders)) {
      const samples: Sample[] = [];
      for (let round = 0; round < Number(values.rounds); round++)
        samples.push(...travel(contender, source, line, values.dir, retired));
      for (const way of DIRECTIONS) {
        const seconds = median(samples.flatMap((each) => (each.direction === way ? [each.seconds] : [])));
        const share = (dataset.files * dataset.size * 8) / seconds / (rate * 1e6);
        const goal = GOALS[dataset.name] ?? Number.NaN;
        const verdict = Number.isNaN(goal) ? '–' : `${goal * 100} % ${share >= goal ? 'kept' : 'MISSED'}`;
        rows.push([
          dataset.name,
          way,
          `${rate} Mbit/s`,
          contender.name,
          seconds.toFixed(2),
          `${(share * 100).toFixed(0)} %`,
          verdict,
        ]);
      }
    }
  } finally {
    line.close();
  }
  return rows;
}
