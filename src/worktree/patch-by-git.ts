import type { Repository } from '../git/repository.ts';
import { git } from '../git/run.ts';

const BATCH = 500;

/**
 * Makes git take the new stat data itself, where its index may not be patched (a split index): entries whose object id is still
 * the pointer's are entered again without stat data and refreshed, which cleans each of them once.
 */
export function refreshByGit(
  repository: Repository,
  files: readonly { readonly name: string; readonly blob: Buffer }[],
): void {
  const cwd = repository.workTree;
  if (cwd === undefined) return;
  const env = {
    ...process.env,
    GIT_DIR: repository.gitDir,
    GIT_WORK_TREE: cwd,
    GIT_INDEX_FILE: repository.indexFile,
  };
  const blobs = new Map(files.map(({ name, blob }) => [name, blob.toString('hex')]));
  const names = [...blobs.keys()];
  const kept: string[] = [];
  for (let i = 0; i < names.length; i += BATCH) {
    const paths = names.slice(i, i + BATCH).join('\0');
    const args = ['--literal-pathspecs', 'ls-files', '-s', '-z', '--', ...toArguments(paths.split('\0'))];
    for (const line of git(args, { cwd, env }).stdout.toString('latin1').split('\0')) {
      const match = /^\d+ ([0-9a-f]+) 0\t([\s\S]*)$/.exec(line);
      if (match !== null && blobs.get(match[2]!) === match[1]) kept.push(`${line}\0`);
    }
  }
  if (kept.length === 0) return;
  git(['update-index', '-z', '--index-info'], { cwd, env, input: Buffer.from(kept.join(''), 'latin1') });
  // Its exit code says whether other files need an update, which is no concern of ours.
  git(['update-index', '-q', '--refresh'], { cwd, env });
}

/** Node hands arguments to the system as UTF-8; a path that is not cannot be named, and git looks at it by itself later. */
function toArguments(names: readonly string[]): string[] {
  return names
    .map((name) => Buffer.from(name, 'latin1'))
    .filter((bytes) => Buffer.from(bytes.toString('utf8')).equals(bytes))
    .map((bytes) => bytes.toString('utf8'));
}
