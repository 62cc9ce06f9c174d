// `npm run bench:faults [-- --percent 2] [--rounds 3] [--dir FOLDER]`: `git push` and `git clone` beside an S3 double of which some requests in
// a hundred fail at random: 500, 503, broken connections, bodies that are cut, and bodies that fall silent. The bytes are compared.
import os from 'node:os';
import path from 'node:path';
import { isDeepStrictEqual, parseArgs } from 'node:util';
import { requireProgram } from '../../test/support/program.ts';
import { type S3Fault, startS3Double } from '../../test/support/s3-double.ts';
import { type Dataset, writeDataset } from '../bench/datasets.ts';
import { median } from '../bench/report.ts';
import { Random } from '../bench-store/random.ts';
import { columns } from '../support/columns.ts';
import { digestFolder } from '../support/folder.ts';
import { gitBeside } from '../support/git-beside.ts';
import { createWorkplace } from '../support/workplace.ts';

const { values } = parseArgs({
  options: {
    percent: { type: 'string', default: '2' },
    rounds: { type: 'string', default: '3' },
    dir: { type: 'string', default: os.tmpdir() },
  },
});

/** Many requests either way, of the large and of the small. */
const SETS: readonly Dataset[] = [
  { name: '100x20MB', files: 100, size: 20_000_000 },
  { name: '10000x100KB', files: 10_000, size: 100_000 },
];
const FAULTS: readonly S3Fault[] = [
  { status: 500, code: 'InternalError' },
  { status: 500, code: 'InternalError', when: 'after' },
  { status: 503, code: 'SlowDown' },
  { reset: true },
  { cutUpload: 100_000 },
  { cutBody: 50_000 },
  { stallBody: 50_000 },
];
/** What the failures may cost, in times. */
const GOAL = 2;

const random = new Random(2);
const rows = [['set', 'way', 'no failures', `${values.percent} % fail`, 'times', 'failed', `under ${GOAL}`]];
for (const dataset of SETS) {
  const samples: { fails: boolean; up: number; down: number; failed: number }[] = [];
  for (let round = 0; round < Number(values.rounds); round++) {
    for (const fails of [false, true])
      samples.push({ fails, ...(await travel(dataset, fails ? Number(values.percent) / 100 : 0)) });
  }
  for (const way of ['up', 'down'] as const) {
    const of = (fails: boolean) =>
      median(samples.flatMap((each) => (each.fails === fails ? [each[way]] : [])));
    const times = of(true) / of(false);
    const failed = samples.reduce((sum, each) => sum + each.failed, 0);
    rows.push([
      dataset.name,
      way,
      `${of(false).toFixed(1)} s`,
      `${of(true).toFixed(1)} s`,
      times.toFixed(2),
      String(failed),
      times < GOAL ? 'kept' : 'MISSED',
    ]);
  }
}
console.log(columns(rows));

async function travel(dataset: Dataset, share: number) {
  requireProgram();
  const place = createWorkplace(values.dir, 'git-lode-bench-faults-');
  const double = await startS3Double();
  const git = gitBeside(place, double.endpoint);
  let failed = 0;
  try {
    await git('.', 'init', '-q', '--bare', 'bare.git');
    await git('.', 'init', '-q', 'repo');
    await git('.', 'lode', 'install', '-q', '--global');
    await git('repo', 'remote', 'add', 'origin', '../bare.git');
    await git('repo', 'lode', 'install', '-q', 's3://bucket/data');
    await git('repo', 'lode', 'track', '-q', 'data/**');
    writeDataset(dataset, path.join(place.dir, 'repo'));
    await git('repo', 'add', '.');
    await git('repo', 'commit', '-q', '-m', 'all');
    double.fault = () => {
      if (random.below(1_000_000) >= share * 1_000_000) return undefined;
      failed += 1;
      return random.pick(FAULTS);
    };
    const up = await seconds(() => git('repo', 'push', '-q', 'origin', 'main'));
    const down = await seconds(() => git('.', 'clone', '-q', 'bare.git', 'there'));
    const [sent, come] = ['repo', 'there'].map((name) => digestFolder(path.join(place.dir, name, 'data')));
    if (!isDeepStrictEqual(sent, come)) throw new Error('what came back is not what was sent');
    return { up, down, failed };
  } finally {
    await double.close();
    place.remove();
  }
}

async function seconds(work: () => Promise<void>): Promise<number> {
  const since = performance.now();
  await work();
  return (performance.now() - since) / 1000;
}
