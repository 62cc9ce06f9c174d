// `npm run bench [-- --only 1x1GB,70000x275B] [--contenders "plain git,git-lode"] [--rounds 3] [--dir FOLDER]`
// git-lode beside plain git, a filter that only echoes, cp and sha256sum: same machine, same run, same files.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { pick } from '../support/pick.ts';
import type { Measured } from '../support/workplace.ts';
import { CONTENDERS, type Contender } from './contenders.ts';
import { DATASETS, type Dataset, writeDataset } from './datasets.ts';
import { floors, type Sample, travel } from './journey.ts';
import { floorTable, stepTable } from './report.ts';

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    contenders: { type: 'string' },
    rounds: { type: 'string', default: '3' },
    dir: { type: 'string', default: os.tmpdir() },
  },
});

// Ctrl-C ends the program that is being measured, and with it, by its failure, this one, which then removes its folders.
process.on('SIGINT', () => {});
const chosen = pick(DATASETS, values.only);
const contenders = pick(CONTENDERS, values.contenders);
const rounds = Number(values.rounds);
console.log(
  `${os.cpus()[0]?.model}, ${os.cpus().length} cores; Node ${process.versions.node}; ${rounds} rounds`,
);
for (const dataset of chosen) run(dataset, contenders, rounds, values.dir);

function run(dataset: Dataset, among: readonly Contender[], times: number, parent: string): void {
  const folder = fs.mkdtempSync(path.join(parent, 'git-lode-bench-source-'));
  const sources = { one: path.join(folder, 'one'), two: path.join(folder, 'two') };
  const samples = new Map<string, Sample[]>(among.map(({ name }) => [name, []]));
  const floor = new Map<string, Measured[]>();
  try {
    for (const source of Object.values(sources)) writeDataset(dataset, source);
    // In turn, so that a slow minute of the machine is everybody's.
    for (let round = 0; round < times; round++) {
      for (const [name, time] of Object.entries(floors(sources, parent))) {
        floor.set(name, [...(floor.get(name) ?? []), time]);
      }
      for (const each of among) samples.get(each.name)!.push(...travel(each, dataset, sources, parent));
    }
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
  const tables = [stepTable(samples, 'seconds'), stepTable(samples, 'cpu'), floorTable(samples, floor)];
  console.log(`\n${dataset.name}, medians\n\n${tables.join('\n\n')}`);
}
