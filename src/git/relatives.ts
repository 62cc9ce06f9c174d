import path from 'node:path';
import type { Where } from './blobs.ts';
import { git } from './run.ts';

/** A file that no earlier version of the same path precedes in the range. */
export interface NewFile {
  readonly blob: string;
  /** As bytes, one character each. */
  readonly path: string;
  /** The commit that brings it. */
  readonly commit: string;
}

export interface Relative {
  readonly blob: string;
  /** A blob that it may have been made from. */
  readonly from: string;
}

/** Many new files are seldom copies, and each costs git a look. */
const FILES_MAX = 64;
/** How far back, by first parents, a path that has gone is looked for. */
const COMMITS_BACK = 1000;

/**
 * What new files may have been made from: what their path held before it was deleted, and the file beside them, before the commit,
 * whose name is most like theirs. For the first `FILES_MAX` of `files`; `tips` are where the search for deleted paths begins.
 */
export async function relatives(
  files: readonly NewFile[],
  tips: readonly string[],
  where: Where,
): Promise<Relative[]> {
  const some = files.slice(0, FILES_MAX);
  if (some.length === 0) return [];
  return [...deleted(some, tips, where), ...neighbours(some, where)];
}

const DELETION = /^:100\d{3} 000000 ([0-9a-f]+) 0+ D$/;

function deleted(files: readonly NewFile[], tips: readonly string[], where: Where): Relative[] {
  const oldest = tips.map((tip) => {
    const args = ['rev-list', '--first-parent', '--max-count=1', `--skip=${COMMITS_BACK}`, tip, '--'];
    return git(args, where).stdout.toString('latin1').trim();
  });
  const args = [
    '--literal-pathspecs',
    'log',
    '--format=',
    '--raw',
    '--no-abbrev',
    '-z',
    '--no-renames',
    '--no-relative',
    '--diff-merges=first-parent',
    '--diff-filter=D',
    '--no-show-signature',
    '--no-notes',
    ...tips,
    '--not',
    ...oldest.filter(Boolean),
    '--',
    ...files.map((file) => asArgument(file.path)),
  ];
  const { exitCode, stdout } = git(args, { ...where, cwd: where.cwd });
  if (exitCode !== 0) return [];
  const blobs = new Map<string, string>();
  const records = stdout.toString('latin1').split('\0');
  for (let at = 0; at + 1 < records.length; at += 2) {
    const from = DELETION.exec(records[at]!)?.[1];
    // The newest deletion comes first.
    if (from !== undefined && !blobs.has(records[at + 1]!)) blobs.set(records[at + 1]!, from);
  }
  return files.flatMap((file) => {
    const from = blobs.get(file.path);
    return from === undefined ? [] : [{ blob: file.blob, from }];
  });
}

function neighbours(files: readonly NewFile[], where: Where): Relative[] {
  const folders = new Map<string, Map<string, string>>();
  return files.flatMap(({ blob, path: file, commit }) => {
    const folder = path.posix.dirname(file);
    const key = `${commit} ${folder}`;
    let names = folders.get(key);
    if (names === undefined) {
      names = namesIn(folder, commit, where);
      folders.set(key, names);
    }
    const name = likest(path.posix.basename(file), names.keys());
    return name === undefined ? [] : [{ blob, from: names.get(name)! }];
  });
}

const FILE = /^100\d{3} blob ([0-9a-f]+)\t(.+)$/s;

/** The files of a folder in a commit's first parent, by name. */
function namesIn(folder: string, commit: string, where: Where): Map<string, string> {
  const paths = folder === '.' ? [] : [`${asArgument(folder)}/`];
  const { exitCode, stdout } = git(
    ['--literal-pathspecs', 'ls-tree', '-z', '--full-tree', `${commit}^`, '--', ...paths],
    where,
  );
  const names = new Map<string, string>();
  // A commit without a parent has nothing to have been copied from.
  if (exitCode !== 0) return names;
  for (const record of stdout.toString('latin1').split('\0')) {
    const [, blob, file] = FILE.exec(record) ?? [];
    if (blob !== undefined) names.set(path.posix.basename(file!), blob);
  }
  return names;
}

/** The name of the same extension that has the longest beginning in common; of several the last. */
export function likest(name: string, others: Iterable<string>): string | undefined {
  const extension = path.posix.extname(name);
  let best: { readonly name: string; readonly common: number } | undefined;
  for (const other of others) {
    if (other === name || path.posix.extname(other) !== extension) continue;
    const common = commonLength(name, other);
    if (best === undefined || common > best.common || (common === best.common && other > best.name))
      best = { name: other, common };
  }
  return best?.name;
}

function commonLength(a: string, b: string): number {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length++;
  return length;
}

/** Node encodes arguments as UTF-8: what is not, cannot be asked for, and is then not found. */
function asArgument(bytes: string): string {
  return Buffer.from(bytes, 'latin1').toString('utf8');
}
