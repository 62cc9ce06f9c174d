import fs from 'node:fs';
import { LodeError } from '../errors.ts';
import { inside } from '../git/inside.ts';
import { splitRecords } from '../git/records.ts';
import { objectFormat, type Repository } from '../git/repository.ts';
import { git, gitOrThrow } from '../git/run.ts';
import { streamGit } from '../git/stream.ts';
import { inFolder } from '../store/temporary.ts';
import { temporaryFile } from '../temporary-file.ts';
import { type LockedIndex, lockIndex } from './index-file.ts';

/** An entry of git's index that is to be entered again: without stat data, so that git looks at its file, and perhaps as another blob. */
export interface Reentry {
  /** The path from the top of the tree. */
  readonly path: Buffer;
  readonly mode: string;
  /** The blob that the entry must still have. */
  readonly from: string;
  readonly to: string;
}

/** Throws INDEX_LOCKED if another git is at work with this worktree's index, for longer than a short wait. */
export async function requireFreeIndex(repository: Repository): Promise<void> {
  (await lock(repository)).release();
}

/**
 * Enters entries again, all at once, under git's lock: an entry that is not what it was is left, since somebody has staged something
 * meanwhile. Then git compares the files with what is entered, and takes their stat data: it alone says which are unmodified. Returns
 * what was entered. Throws INDEX_LOCKED.
 */
export async function reenterEntries(
  repository: Repository,
  reentries: readonly Reentry[],
): Promise<ReadonlySet<Reentry>> {
  if (reentries.length === 0) return new Set();
  const index = await lock(repository);
  let entered: readonly Reentry[];
  try {
    entered = await enter(repository, index, reentries);
  } finally {
    index.release();
  }
  // Its exit code says whether other files need an update, which is no concern of ours.
  if (entered.length > 0) git(['update-index', '-q', '--refresh'], inside(repository));
  return new Set(entered);
}

/** git works on a copy: it knows every kind of index, and what else in one depends on an entry. */
async function enter(
  repository: Repository,
  index: LockedIndex,
  reentries: readonly Reentry[],
): Promise<readonly Reentry[]> {
  const copy = temporaryFile(repository.ownDir);
  const where = inside({ ...repository, indexFile: copy }, { ...process.env, GIT_INDEX_FILE: copy });
  try {
    inFolder(repository.ownDir, () => fs.writeFileSync(copy, index.bytes, { flag: 'wx' }));
    const same = await unchanged(reentries, where);
    if (same.length === 0) return [];
    const input = Buffer.concat(
      same.flatMap(({ mode, to, path }) => [Buffer.from(`${mode} ${to}\t`), path, Buffer.alloc(1)]),
    );
    gitOrThrow(['update-index', '-z', '--index-info'], { ...where, input });
    index.commit(fs.readFileSync(copy));
    return same;
  } finally {
    fs.rmSync(copy, { force: true });
  }
}

async function unchanged(
  reentries: readonly Reentry[],
  where: ReturnType<typeof inside>,
): Promise<readonly Reentry[]> {
  const byLine = new Map(
    reentries.map((each) => [`${each.mode} ${each.from} 0\t${each.path.toString('latin1')}`, each]),
  );
  const same: Reentry[] = [];
  for await (const records of splitRecords(streamGit(['ls-files', '-s', '-z'], where), 0)) {
    for (const record of records) {
      const found = byLine.get(record.toString('latin1'));
      if (found !== undefined) same.push(found);
    }
  }
  return same;
}

async function lock(repository: Repository): Promise<LockedIndex> {
  const index = await lockIndex(repository, objectFormat(repository));
  if (index !== undefined) return index;
  const file = `${repository.indexFile}.lock`;
  if (!fs.existsSync(file))
    throw new LodeError('GIT_FAILED', "git's index cannot be written", { subject: repository.indexFile });
  throw new LodeError('INDEX_LOCKED', 'another git command is at work here, or was killed', {
    subject: file,
    hint: `when it has ended: git lode fix; if none runs: rm -f '${file}'`,
  });
}
