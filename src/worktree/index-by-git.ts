import { inside } from '../git/inside.ts';
import type { Repository } from '../git/repository.ts';
import { git, gitOrThrow } from '../git/run.ts';

/*
 * git's index through git itself, where its file may not be read and patched alone: a split index keeps entries in a second file.
 */
export interface ListedEntry {
  /** The path's bytes as a latin1 string. */
  readonly name: string;
  /** git's object id, in hex. */
  readonly blob: string;
  /** As `update-index --index-info` takes it, with its NUL. */
  readonly line: string;
}

/** All entries of stage 0: not every path could be given to git as an argument. */
export function listEntries(repository: Repository): ListedEntry[] {
  const listing = gitOrThrow(['ls-files', '--stage', '-z'], inside(repository));
  return listing
    .toString('latin1')
    .split('\0')
    .flatMap((line) => {
      const match = /^\d+ ([0-9a-f]+) 0\t([\s\S]+)$/.exec(line);
      return match === null ? [] : [{ name: match[2]!, blob: match[1]!, line: `${line}\0` }];
    });
}

/** Makes git take the stat data of these entries' files anew: they are entered again without any, and refreshed, which cleans each file once. */
export function refreshEntries(repository: Repository, entries: readonly ListedEntry[]): void {
  if (entries.length === 0) return;
  const where = inside(repository);
  const input = Buffer.from(entries.map(({ line }) => line).join(''), 'latin1');
  gitOrThrow(['update-index', '-z', '--index-info'], { ...where, input });
  // Its exit code says whether other files need an update, which is no concern of ours.
  git(['update-index', '-q', '--refresh'], where);
}
