// `npm run outage [-- --only 1x1GB] [--server PROGRAM] [--dir FOLDER] [--server-dir FOLDER]`: an S3 server goes away in the middle of a
// `git push` and of a `git clone`: killed and started again, or silent, as behind a network that is gone. Both have to end by themselves.
import { execFile } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs, promisify } from 'node:util';
import { DATASETS, type Dataset, writeDataset } from '../bench/datasets.ts';
import { columns } from '../support/columns.ts';
import { pick } from '../support/pick.ts';
import { createWorkplace, type Workplace } from '../support/workplace.ts';
import { lode } from './contenders.ts';
import { DIRECTIONS, type Direction } from './journey.ts';
import { MEMORY_DIR, type Outage, startServer } from './server.ts';
import { serverEnvironment } from './server-kinds.ts';

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: '1x1GB' },
    server: { type: 'string', default: 'versitygw' },
    dir: { type: 'string', default: os.tmpdir() },
    'server-dir': { type: 'string', default: MEMORY_DIR },
  },
});

const OUTAGES: readonly { readonly how: Outage; readonly seconds: number }[] = [
  { how: 'killed', seconds: 5 },
  { how: 'silent', seconds: 30 },
  { how: 'killed', seconds: 30 },
];

const run = promisify(execFile);
const server = await startServer(values.server, values['server-dir']);
const rows = [['set', 'server', 'for', 'way', 'at', 'ended after', 'exit', 'files', 'status']];
try {
  for (const dataset of pick(DATASETS, values.only))
    for (const outage of OUTAGES) rows.push(...(await travel(dataset, outage)));
} finally {
  server.close();
}
console.log(columns(rows));

async function travel(dataset: Dataset, { how, seconds }: (typeof OUTAGES)[number]): Promise<string[][]> {
  server.empty();
  const base = createWorkplace(values.dir, 'git-lode-outage-');
  const progress = path.join(base.root, 'progress');
  const place = base.with({ ...serverEnvironment(server.endpoint), GIT_LODE_PROGRESS: progress });
  const source = path.join(base.root, 'source');
  try {
    writeDataset(dataset, source);
    lode.prepare(place, source);
    const told: string[][] = [];
    for (const way of DIRECTIONS) {
      fs.rmSync(progress, { force: true });
      const since = performance.now();
      const ended = command(place, way, source);
      const at = await halfway(progress, ended);
      await server.fail(how);
      await wait(seconds * 1000);
      await server.recover();
      const exit = await ended;
      const took = (performance.now() - since) / 1000;
      told.push([dataset.name, how, `${seconds} s`, way, at, `${took.toFixed(1)} s`, exit]);
    }
    const [up, down] = told;
    const status = async (folder: string) =>
      (await run('git', ['status', '--porcelain'], { cwd: path.join(place.dir, folder), env: place.env }))
        .stdout;
    up!.push('–', (await status('repo')) === '' ? 'clean' : 'NOT CLEAN');
    place.time('.', 'diff', '-r', path.join(source, 'data'), 'there/data');
    down!.push('identical', (await status('there')) === '' ? 'clean' : 'NOT CLEAN');
    return told;
  } finally {
    base.remove();
  }
}

/** Resolves to the exit code. */
async function command(place: Workplace, way: Direction, source: string): Promise<string> {
  const [cwd, program, ...args] = way === 'up' ? lode.up(source) : lode.down();
  try {
    await run(program, args, { cwd: path.join(place.dir, cwd), env: place.env });
    return '0';
  } catch (error) {
    console.error((error as { stderr?: string }).stderr ?? error);
    return String((error as { code?: unknown }).code);
  }
}

/** Waits until two fifths of the content have moved, as the progress file tells, and gives the share. */
async function halfway(file: string, ended: Promise<unknown>): Promise<string> {
  let over = false;
  void ended.then(() => {
    over = true;
  });
  while (!over) {
    await wait(20);
    const line = fs.existsSync(file) ? fs.readFileSync(file, 'utf8').trimEnd().split('\n').at(-1) : '';
    const { bytes, totalBytes } = line ? JSON.parse(line) : {};
    if (bytes > 0.4 * totalBytes) return `${Math.round((100 * bytes) / totalBytes)} %`;
  }
  throw new Error('it was over before the server could fail');
}
