import type { NamedBlob, Where } from './blobs.ts';
import { git, gitOrThrow } from './run.ts';

/** A file of git's index that the attributes give to git-lode. */
export interface KeptFile extends NamedBlob {
  /** Relative to `where.cwd`, as bytes. */
  readonly path: Buffer;
}

const EMPTY_BLOBS: ReadonlySet<string> = new Set([
  'e69de29bb2d1d6434b8b29ae775ad8c2e48c5391',
  '473a0f4c3be8a93681a267e3b1e9a7dcda1185436fe141f7749120a303721813',
]);

/**
 * Regular files of git's index below `where.cwd` with `filter=lode`, by the attributes as the working tree has them now. Without
 * empty files, which are stored as they are, unmerged ones, and those that a sparse checkout leaves out.
 */
export function keptFiles(where: Where): readonly KeptFile[] {
  const listed = gitOrThrow(['ls-files', '-s', '-t', '-z', '--', ':(attr:filter=lode)'], where);
  return records(listed).flatMap((record) => {
    const tab = record.indexOf(9);
    const [tag, mode, blob, stage] = record.toString('latin1', 0, tab).split(' ');
    const kept = tag === 'H' && mode?.startsWith('100') && stage === '0' && !EMPTY_BLOBS.has(blob!);
    return kept ? [{ blob: blob!, path: record.subarray(tab + 1) }] : [];
  });
}

/** Paths below `where.cwd` whose files differ from git's index, or are gone; one character a byte. */
export function modifiedFiles(where: Where): ReadonlySet<string> {
  const listed = gitOrThrow(['diff-files', '--name-only', '--relative', '-z'], where);
  return new Set(records(listed).map((path) => path.toString('latin1')));
}

/** Cleans files again, by the attributes of now, and puts the result into git's index. Throws GIT_FAILED. */
export function renormalize(files: readonly KeptFile[], where: Where): void {
  if (files.length === 0) return;
  const input = Buffer.concat(files.flatMap(({ path }) => [path, Buffer.from([0])]));
  const from = ['--pathspec-from-file=-', '--pathspec-file-nul'];
  gitOrThrow(['--literal-pathspecs', 'add', '--renormalize', ...from], { ...where, input });
}

/** True if git would give the file to git-lode. */
export function isKept(file: string, where: Where): boolean {
  const answer = git(['check-attr', '-z', 'filter', '--', file], where);
  return answer.exitCode === 0 && answer.stdout.toString('latin1').split('\0')[2] === 'lode';
}

/** Attribute files of the whole working tree, tracked or not, relative to `where.cwd`, which is its top. */
export function attributesFiles(where: Where): readonly string[] {
  const patterns = [':(top,glob)**/.gitattributes'];
  const listed = gitOrThrow(
    ['ls-files', '-z', '-c', '-o', '--exclude-standard', '--deduplicate', '--', ...patterns],
    where,
  );
  return records(listed).map((path) => path.toString('utf8'));
}

function records(output: Buffer): Buffer[] {
  const found: Buffer[] = [];
  for (let start = 0, end = output.indexOf(0); end >= 0; start = end + 1, end = output.indexOf(0, start)) {
    found.push(output.subarray(start, end));
  }
  return found;
}
