import { createHash } from 'node:crypto';
import { type FileHandle, link, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { LodeError, systemCode } from '../errors.ts';
import { faultPoint } from '../fault-point.ts';
import { isAbandoned } from '../process-identity.ts';
import { ownerOf, temporaryFile } from '../temporary-file.ts';
import { flushFolder, tolerating } from './directory-place.ts';
import { slices } from './slices.ts';

/** The folder of temporary files. No key can name it: `_` is not in the alphabet of keys. */
export const TEMPORARY = '_tmp';
/** Temporary files of writers on other machines that are older belong to writers that died; 3 days, in milliseconds. */
const STALE = 3 * 24 * 60 * 60 * 1000;

/** What file systems without hard links answer to `link`. */
const NO_LINKS = ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EINVAL', 'EACCES', 'EMLINK'];

/**
 * Writes `body` to a file in the folder `temporary`, checks it against `sha256`, flushes it, and gives it the name `target`,
 * whose folder exists on the same file system. Never replaces a file: answers `exists` if the name is taken by then.
 * `mtime` is how the file server dated the bytes, in milliseconds since 1970.
 * Throws system errors, and `REMOTE_FAILED` where the digest differs.
 */
export async function publish(
  temporary: string,
  target: string,
  body: readonly Uint8Array[],
  sha256: string,
): Promise<{ outcome: 'created' | 'exists'; mtime: number }> {
  // Nobody writes to a stored file again, whoever may write to the folder.
  const mode = (await stat(temporary)).mode & 0o444;
  return withTemporaryFile(temporary, async (path, file) => {
    const hash = createHash('sha256');
    for (const slice of slices(body)) {
      hash.update(slice);
      await file.appendFile(slice);
      faultPoint('upload-half-written');
    }
    if (hash.digest('hex') !== sha256) {
      throw new LodeError('REMOTE_FAILED', `the bytes for ${target} do not have the digest ${sha256}`);
    }
    await tolerating(() => file.chmod(mode));
    await file.sync();
    const { mtimeMs } = await file.stat();
    faultPoint('upload-written');
    const outcome = await giveName(path, target);
    faultPoint('upload-named');
    await flushFolder(dirname(target));
    return { outcome, mtime: mtimeMs };
  });
}

/** Writes an empty file in `temporary` and answers how the file server dated it, in milliseconds since 1970. */
export async function probeTime(temporary: string): Promise<number> {
  return withTemporaryFile(temporary, async (_path, file) => (await file.stat()).mtimeMs);
}

/** Removes from `temporary` what writers that died left behind. `now` is the file server's time. */
export async function removeStale(temporary: string, now: number): Promise<void> {
  for (const entry of await readdir(temporary, { withFileTypes: true })) {
    const owner = ownerOf(entry.name);
    if (!entry.isFile() || owner === undefined) continue;
    const path = join(temporary, entry.name);
    const { mtimeMs } = (await statIfThere(path)) ?? { mtimeMs: now };
    if (isAbandoned(owner, mtimeMs, STALE, now)) await rm(path, { force: true });
  }
}

async function withTemporaryFile<T>(
  folder: string,
  work: (path: string, file: FileHandle) => Promise<T>,
): Promise<T> {
  const path = temporaryFile(folder);
  const file = await open(path, 'wx');
  try {
    return await work(path, file);
  } finally {
    await file.close();
    await rm(path, { force: true });
  }
}

/** A hard link is the one way to take a name only if it is free that NFS, too, does in one step. */
async function giveName(path: string, target: string): Promise<'created' | 'exists'> {
  try {
    await link(path, target);
    return 'created';
  } catch (error) {
    const code = systemCode(error) ?? '';
    if (code === 'EEXIST') return 'exists';
    if (!NO_LINKS.includes(code)) throw error;
  }
  // A name is never used for different bytes: whoever took it meanwhile wrote the same.
  await rename(path, target);
  return 'created';
}

async function statIfThere(path: string) {
  try {
    return await stat(path);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}
