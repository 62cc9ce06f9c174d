// `npm run bench:s3 [-- --only 1x1GB] [--contenders 'rclone copy,git-lode'] [--rounds 5] [--server PROGRAM] [--dir FOLDER] [--server-dir FOLDER]`
// `git push` and `git clone` beside `rclone copy` and a loop of bare requests: the same files, to the same S3 server on this machine:
// versitygw, minio or `rclone serve s3`, told by the name of the program.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { DATASETS, type Dataset, writeDataset } from '../bench/datasets.ts';
import { pick } from '../support/pick.ts';
import { Retired } from '../support/retired.ts';
import { CONTENDERS, type Contender } from './contenders.ts';
import { type Sample, travel } from './journey.ts';
import { table } from './report.ts';
import { MEMORY_DIR, type S3Server, startServer } from './server.ts';

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: '1x1GB,20000x100KB,70000x275B' },
    contenders: { type: 'string' },
    rounds: { type: 'string', default: '5' },
    server: { type: 'string', default: 'versitygw' },
    dir: { type: 'string', default: os.tmpdir() },
    'server-dir': { type: 'string', default: MEMORY_DIR },
  },
});

// Ctrl-C ends the program that is being measured, and with it, by its failure, this one, which then removes its folders.
process.on('SIGINT', () => {});
const chosen = pick(DATASETS, values.only);
const contenders = pick(CONTENDERS, values.contenders).filter(isInstalled);
const retired = new Retired();
const server = await startServer(values.server, values['server-dir']);
try {
  console.log(
    `${path.basename(values.server)}; ${os.cpus().length} cores; Node ${process.versions.node}; ${values.rounds} rounds`,
  );
  for (const dataset of chosen) run(dataset, contenders, server, Number(values.rounds), values.dir);
} finally {
  server.close();
  retired.remove();
}

function run(
  dataset: Dataset,
  among: readonly Contender[],
  store: S3Server,
  rounds: number,
  parent: string,
): void {
  const source = fs.mkdtempSync(path.join(parent, 'git-lode-bench-source-'));
  const samples = new Map<string, Sample[]>(among.map(({ name }) => [name, []]));
  try {
    writeDataset(dataset, source);
    // In turn, so that a slow minute of the machine is everybody's.
    for (let round = 0; round < rounds; round++) {
      for (const each of among) samples.get(each.name)!.push(...travel(each, source, store, parent, retired));
    }
  } finally {
    retired.add(source);
  }
  console.log(`\n${dataset.name}, medians\n\n${table(samples)}`);
}

function isInstalled({ name, program }: Contender): boolean {
  if (program === undefined || spawnSync(program, ['version']).status === 0) return true;
  console.error(`${name}: not installed`);
  return false;
}
