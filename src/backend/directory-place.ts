import { chmod, mkdir, open, realpath, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { systemCode } from '../errors.ts';
import { folderMissing, linkRefused } from './directory-errors.ts';

/** What systems answer that cannot do a thing which we would like but do not need: change a mode, flush a folder. */
const CANNOT = ['EPERM', 'EACCES', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EINVAL', 'EISDIR', 'EBADF'];

/** Where the files of a folder remote are. Throws system errors, `PATH_UNSAFE` for a symbolic link below the root, and `REMOTE_NO_BUCKET`. */
export interface DirectoryPlace {
  /** Throws `REMOTE_NO_BUCKET` if not even the folder that holds the root is there. */
  checkPresent(): Promise<void>;
  /** The path of an existing file, or undefined if there is none. */
  find(key: string): Promise<string | undefined>;
  /** Makes a folder below the root (the root itself for `''`) if it is missing, and answers its path. */
  makeFolder(name: string): Promise<string>;
  /** Makes the names of a folder and of those above it durable, once: whoever made them need not have lived to do so. */
  flushNames(path: string): Promise<void>;
}

export function directoryPlace(url: string, root: string): DirectoryPlace {
  const flushed = new Set<string>();

  async function checkPresent(): Promise<void> {
    try {
      await stat(dirname(root));
    } catch (error) {
      throw systemCode(error) === 'ENOENT' ? folderMissing(url, root) : error;
    }
  }

  /** The root itself may be a link: its owner wrote it. Below it a link could lead to any file of this machine. */
  async function checkUnlinked(path: string, name: string): Promise<string> {
    const [base, real] = await Promise.all([realpath(root), realpath(path)]);
    const wanted = join(base, ...name.split('/'));
    // Where letters of both cases are one, a folder may have been made with capitals.
    if (real.toLowerCase() !== wanted.toLowerCase()) throw linkRefused(url, name);
    return real;
  }

  async function makeRoot(): Promise<void> {
    await checkPresent();
    try {
      await mkdir(root);
    } catch (error) {
      if (systemCode(error) !== 'EEXIST') throw error;
    }
  }

  return {
    checkPresent,

    async find(key) {
      try {
        return await checkUnlinked(join(root, key), key);
      } catch (error) {
        if (systemCode(error) !== 'ENOENT') throw error;
      }
      await checkPresent();
      return undefined;
    },

    async flushNames(path) {
      if (flushed.has(path)) return;
      flushed.add(path);
      for (let folder = path; folder.length >= root.length; folder = dirname(folder))
        await flushFolder(dirname(folder));
    },

    async makeFolder(name) {
      await makeRoot();
      const path = join(root, name);
      const made = await mkdir(path, { recursive: true });
      await checkUnlinked(path, name);
      if (made === undefined) return path;
      // As open to others as the root is: a umask must not shut the rest of the team out.
      const { mode } = await stat(root);
      for (let folder = path; folder.length >= made.length; folder = dirname(folder)) {
        await tolerating(() => chmod(folder, mode & 0o7777));
      }
      return path;
    },
  };
}

/** Makes the names in a folder durable, where the system can. */
export async function flushFolder(path: string): Promise<void> {
  await tolerating(async () => {
    const folder = await open(path, 'r');
    try {
      await folder.sync();
    } finally {
      await folder.close();
    }
  });
}

/** Runs `action`; that this system cannot do it is no error. */
export async function tolerating(action: () => Promise<void>): Promise<void> {
  try {
    await action();
  } catch (error) {
    if (!CANNOT.includes(systemCode(error) ?? '')) throw error;
  }
}
