import { LodeError } from '../errors.ts';
import type { NamedBlob, Where } from './blobs.ts';
import { splitRecords } from './records.ts';
import { streamGit } from './stream.ts';

/** A regular file of git's index, with what the index remembers of the file in the working tree. */
export interface IndexedFile extends NamedBlob {
  /** `100644` or `100755`. */
  readonly mode: string;
  /** The size of the file as git last saw it, modulo 2³². 0 where git does not know, or the file was empty. */
  readonly recordedSize: number;
}

const NUL = 0;
const DEBUG = /^ {2}ctime: .*\n {2}mtime: .*\n {2}dev: .*\n {2}uid: .*\n {2}size: (\d+)\tflags: .*\n/;

/**
 * The regular files of git's index at `pathspec` (none: everywhere below `where.cwd`), whatever kind of index it is. Without unmerged
 * ones, those that a sparse checkout leaves out, and those that git was told not to look at (`--assume-unchanged`). A pathspec that
 * matches nothing is GIT_FAILED.
 *
 * `--debug`, whose form git does not promise but has never changed, is what tells of a split index too.
 */
export async function* indexedFiles(
  pathspec: readonly string[],
  where: Where,
): AsyncGenerator<IndexedFile[], void, undefined> {
  const only = pathspec.length === 0 ? [] : ['--error-unmatch', '--', ...pathspec];
  const listing = streamGit(['ls-files', '-s', '-v', '-z', '--debug', '--full-name', ...only], where);
  let before: Buffer | undefined;
  for await (const records of splitRecords(closed(listing), NUL)) {
    const files: IndexedFile[] = [];
    for (const record of records) {
      const rest = before === undefined ? record : afterDebug(record, before, files);
      // The pieces of a stream share memory: what is kept beyond one batch is copied.
      before = Buffer.from(rest);
    }
    yield files;
  }
}

/** What `--debug` says of a file comes behind the file's NUL: the last one's has none behind it. */
async function* closed(listing: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void, undefined> {
  yield* listing;
  yield Buffer.alloc(1);
}

function afterDebug(record: Buffer, entry: Buffer, into: IndexedFile[]): Buffer {
  const match = DEBUG.exec(record.toString('latin1', 0, 512));
  if (match === null) throw new LodeError('GIT_FAILED', 'git ls-files --debug is not as expected');
  const file = parseEntry(entry, Number(match[1]));
  if (file !== undefined) into.push(file);
  return record.subarray(match[0].length);
}

/** `<tag> <mode> <oid> <stage>\t<path>` */
function parseEntry(entry: Buffer, recordedSize: number): IndexedFile | undefined {
  const tab = entry.indexOf(9);
  const [tag, mode, blob, stage] = entry.toString('latin1', 0, tab).split(' ');
  if (tag !== 'H' || stage !== '0' || !mode?.startsWith('100')) return undefined;
  return { mode, blob: blob!, path: entry.subarray(tab + 1), recordedSize };
}
