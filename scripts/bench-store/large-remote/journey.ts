import fs from 'node:fs';
import path from 'node:path';
import { tableKey } from '../../../src/format/keys.ts';
import { requireProgram } from '../../../test/support/program.ts';
import { type S3Double, type S3Operation, startS3Double } from '../../../test/support/s3-double.ts';
import { gitBeside } from '../../support/git-beside.ts';
import { createWorkplace } from '../../support/workplace.ts';
import { noise } from '../random.ts';
import { type CountingProxy, startCountingProxy } from '../wire/counting-proxy.ts';
import { overwrite, writeLargeFile } from '../wire/large-file.ts';
import { tablesOf } from './tables.ts';

export interface Asked {
  readonly step: string;
  readonly requests: Readonly<Partial<Record<S3Operation, number>>>;
  /** Bytes to the store and from it, with everything that HTTP adds. */
  readonly up: number;
  readonly down: number;
  readonly seconds: number;
}

const PREFIX = 'large';
const FILE_BYTES = 20e6;

/** One file's way through a remote of so many objects: pushed, edited, beside another one, cloned and pulled. */
export async function askLargeRemote(objects: number, parent: string): Promise<Asked[]> {
  requireProgram();
  const place = createWorkplace(parent, 'git-lode-large-');
  const double = await startS3Double();
  const proxy = await startCountingProxy(double.endpoint);
  const git = gitBeside(place, proxy.endpoint);
  const asked: Asked[] = [];
  const measure = async (step: string, cwd: string, ...args: string[]) => {
    const before = countsOf(double, proxy);
    await git(cwd, ...args);
    asked.push({ step, ...since(before, countsOf(double, proxy)) });
  };
  const commit = async (name: string, write: (file: string) => void) => {
    write(path.join(place.dir, 'repo', 'data', name));
    await git('repo', 'add', '--all');
    await git('repo', 'commit', '-q', '-m', name);
  };
  const push = (step: string) => measure(step, 'repo', 'push', '-q', 'origin', 'main');

  try {
    await git('.', 'lode', 'install', '--global');
    await git('.', 'init', '-q', '--bare', 'bare.git');
    await git('.', 'init', '-q', 'repo');
    await git('repo', 'remote', 'add', 'origin', '../bare.git');
    await git('repo', 'lode', 'install', `s3://bucket/${PREFIX}`);
    await git('repo', 'lode', 'track', 'data/**');
    fs.mkdirSync(path.join(place.dir, 'repo', 'data'));
    const bucket = double.buckets.get('bucket')!;
    await commit('first.bin', (file) => writeLargeFile(file, FILE_BYTES));
    // The first push makes the remote; what others have pushed for years is there from the second on.
    await push('');
    asked.pop();
    for (const { name, bytes } of tablesOf(objects))
      bucket.set(`${PREFIX}/${tableKey(name)}`, { bytes, etag: `"${name}"`, time: Date.now() });
    await commit('second.bin', (file) => fs.writeFileSync(file, noise('second', FILE_BYTES)));
    await push('a new file, by a client that has no table yet');
    await commit('third.bin', (file) => fs.writeFileSync(file, noise('third', FILE_BYTES)));
    await push('a new file');
    await commit('first.bin', (file) => overwrite(file, 1e7, noise('edit', 1000)));
    await push('an edited file');
    await commit('note', (file) => fs.writeFileSync(path.join(path.dirname(file), '..', 'note'), 'no data'));
    await push('a commit without data');
    await measure('a clone of everything', '.', 'clone', '-q', 'bare.git', 'clone');
    await commit('first.bin', (file) => overwrite(file, 5e6, noise('edit 2', 1000)));
    await push('an edited file, once more');
    await measure('its pull in the clone', 'clone', 'pull', '-q');
    return asked;
  } finally {
    await proxy.close();
    await double.close();
    place.remove();
  }
}

interface Counts {
  readonly byOperation: ReadonlyMap<S3Operation, number>;
  readonly up: number;
  readonly down: number;
  readonly at: number;
}

function countsOf(double: S3Double, { up, down }: CountingProxy): Counts {
  return { byOperation: new Map(double.stats.byOperation), up, down, at: performance.now() };
}

function since(before: Counts, after: Counts): Omit<Asked, 'step'> {
  const requests = [...after.byOperation].map(
    ([operation, count]) => [operation, count - (before.byOperation.get(operation) ?? 0)] as const,
  );
  return {
    requests: Object.fromEntries(requests),
    up: after.up - before.up,
    down: after.down - before.down,
    seconds: (after.at - before.at) / 1000,
  };
}
