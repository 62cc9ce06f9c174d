import fs from 'node:fs';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { requireProgram } from '../../../test/support/program.ts';
import { startS3Double } from '../../../test/support/s3-double.ts';
import { digestFolder } from '../../support/folder.ts';
import { gitBeside } from '../../support/git-beside.ts';
import { createWorkplace } from '../../support/workplace.ts';
import { noise } from '../random.ts';
import { startCountingProxy } from './counting-proxy.ts';
import { insert, overwrite, writeLargeFile } from './large-file.ts';

export interface Traffic {
  readonly step: string;
  /** Bytes to the store and from it, with everything that HTTP adds. */
  readonly up: number;
  readonly down: number;
  readonly requests: number;
  readonly seconds: number;
}

/** What git-lode sends and receives while two clones share one file of `size` bytes, which is edited twice. */
export async function travel(size: number, parent: string): Promise<Traffic[]> {
  requireProgram();
  const place = createWorkplace(parent, 'git-lode-wire-');
  const double = await startS3Double();
  const proxy = await startCountingProxy(double.endpoint);
  const git = gitBeside(place, proxy.endpoint);
  const [repo, clone] = [path.join(place.dir, 'repo'), path.join(place.dir, 'clone')];
  const file = path.join(repo, 'data', 'large.bin');
  const traffic: Traffic[] = [];

  async function measure(step: string, cwd: string, ...args: string[]): Promise<void> {
    const before = { up: proxy.up, down: proxy.down, requests: double.stats.requests, at: performance.now() };
    await git(cwd, ...args);
    traffic.push({
      step,
      up: proxy.up - before.up,
      down: proxy.down - before.down,
      requests: double.stats.requests - before.requests,
      seconds: (performance.now() - before.at) / 1000,
    });
  }

  async function share(step: string): Promise<void> {
    await git('repo', 'add', '--all');
    await git('repo', 'commit', '-q', '-m', step);
    await measure(`${step}: push`, 'repo', 'push', '-q', 'origin', 'main');
    if (fs.existsSync(clone)) await measure(`${step}: pull`, 'clone', 'pull', '-q');
    else await measure(`${step}: clone`, '.', 'clone', '-q', 'bare.git', 'clone');
    const [here, there] = [repo, clone].map((folder) => digestFolder(path.join(folder, 'data')));
    if (!isDeepStrictEqual(here, there)) throw new Error(`after '${step}' the clone's files differ`);
  }

  try {
    await git('.', 'lode', 'install', '--global');
    await git('.', 'init', '-q', '--bare', 'bare.git');
    await git('.', 'init', '-q', 'repo');
    await git('repo', 'remote', 'add', 'origin', '../bare.git');
    await git('repo', 'lode', 'install', 's3://bucket/wire');
    await git('repo', 'lode', 'track', 'data/**');
    fs.mkdirSync(path.dirname(file));
    writeLargeFile(file, size);
    await share('whole file');
    overwrite(file, Math.floor(size / 2), noise('overwritten', 1000));
    await share('1,000 bytes changed in the middle');
    insert(file, 5000, noise('inserted', 10));
    await share('10 bytes inserted near the start');
    return traffic;
  } finally {
    await proxy.close();
    await double.close();
    place.remove();
  }
}
