import fs from 'node:fs';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { wasmZstd } from '../../../src/format/zstd-wasm.ts';
import { startS3Double } from '../../../test/support/s3-double.ts';
import { digestFolder, type FileDigest, filesIn } from '../../support/folder.ts';
import { gitBeside } from '../../support/git-beside.ts';
import type { DataSet } from '../data-set.ts';
import { keepWithGitLode } from '../keepers/git-lode.ts';
import { startCountingProxy } from '../wire/counting-proxy.ts';

export interface OneVersion {
  readonly version: number;
  /** Bytes of its files, and of these as zstd files of the usual level. */
  readonly whole: number;
  readonly zstd: number;
  /** Bytes that were received, with everything that HTTP adds. */
  readonly down: number;
  readonly requests: number;
}

/** The level of the command `zstd`. */
const LEVEL = 3;

interface Picked {
  readonly version: number;
  readonly digests: ReadonlyMap<string, FileDigest>;
  readonly whole: number;
  readonly zstd: number;
}

/** Keeps all versions of a set by a push each, then checks out some of them, each in a new clone with nothing in its store. */
export async function readVersions(
  set: DataSet,
  versions: number,
  samples: number,
  parent: string,
): Promise<OneVersion[]> {
  const scratch = fs.mkdtempSync(path.join(fs.realpathSync(parent), 'git-lode-one-version-'));
  const double = await startS3Double();
  const proxy = await startCountingProxy(double.endpoint);
  try {
    const folder = path.join(scratch, 'versions');
    fs.mkdirSync(folder);
    const start = set.start(folder);
    if (start.kind === 'unavailable') throw new Error(`${set.name}: ${start.why}`);
    const { place, keep } = keepWithGitLode(scratch);
    const wanted = new Set(
      Array.from({ length: samples }, (_, i) => Math.round((i * (versions - 1)) / Math.max(1, samples - 1))),
    );
    const picked: Picked[] = [];
    for (let version = 0; version < versions; version++) {
      start.next();
      keep(folder);
      if (wanted.has(version))
        picked.push({ version, digests: digestFolder(folder), ...(await sizes(folder)) });
    }
    upload(path.join(place.dir, 'data-remote'), double.buckets.get('bucket')!);
    const git = gitBeside(place, proxy.endpoint);
    const read: OneVersion[] = [];
    for (const { version, digests, whole, zstd } of picked) {
      fs.rmSync(path.join(place.dir, 'clone'), { recursive: true, force: true });
      await git('.', 'clone', '-q', '--no-checkout', 'bare.git', 'clone');
      await git('clone', 'config', 'lode.remote', 's3://bucket');
      const before = { down: proxy.down, requests: double.stats.requests };
      await git('clone', 'checkout', '-q', `version-${version}`);
      const down = proxy.down - before.down;
      read.push({ version, whole, zstd, down, requests: double.stats.requests - before.requests });
      if (!isDeepStrictEqual(digestFolder(path.join(place.dir, 'clone', 'data')), digests))
        throw new Error(`version ${version} did not come back as it was`);
    }
    return read;
  } finally {
    await proxy.close();
    await double.close();
    fs.rmSync(scratch, { recursive: true, force: true });
  }
}

async function sizes(folder: string): Promise<{ whole: number; zstd: number }> {
  const engine = await wasmZstd();
  const files = filesIn(folder).map((name) => fs.readFileSync(path.join(folder, name)));
  return {
    whole: files.reduce((sum, { length }) => sum + length, 0),
    zstd: files.reduce((sum, bytes) => sum + engine.compress(bytes, LEVEL).length, 0),
  };
}

/** Makes a bucket of a folder that was a data remote. */
function upload(folder: string, bucket: Map<string, { bytes: Buffer; etag: string; time: number }>): void {
  for (const name of filesIn(folder)) {
    const file = path.join(folder, name);
    bucket.set(name, { bytes: fs.readFileSync(file), etag: `"${name}"`, time: fs.statSync(file).mtimeMs });
  }
}
