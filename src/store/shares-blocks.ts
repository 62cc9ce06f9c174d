import fs from 'node:fs';
import { systemCode } from '../errors.ts';
import { writeFully } from './temporary.ts';

/** What a system answers that cannot share blocks between two files: not here, not between these, or not at all. */
const REFUSALS = ['ENOTSUP', 'EOPNOTSUPP', 'EXDEV', 'EINVAL', 'ENOSYS', 'ENOTTY'];
const BLOCK_BYTES = 4096;

/**
 * False if the file system refuses to share blocks between a file that `create` makes, and opens for writing, and `to`, which must not
 * exist: tried with one block. Both are gone afterwards.
 */
export function sharesBlocks(
  create: () => { readonly file: string; readonly fd: number },
  to: string,
): boolean {
  const { COPYFILE_EXCL, COPYFILE_FICLONE_FORCE } = fs.constants;
  try {
    const { file, fd } = create();
    try {
      writeFully(fd, Buffer.alloc(BLOCK_BYTES));
      fs.copyFileSync(file, to, COPYFILE_EXCL | COPYFILE_FICLONE_FORCE);
    } finally {
      fs.closeSync(fd);
      for (const each of [file, to]) fs.rmSync(each, { force: true });
    }
    return true;
  } catch (error) {
    // A full disk, say, answers nothing.
    return !REFUSALS.includes(systemCode(error) ?? '');
  }
}
