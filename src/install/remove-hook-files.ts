import fs from 'node:fs';
import path from 'node:path';
import { inside } from '../git/inside.ts';
import type { Repository } from '../git/repository.ts';
import { gitOrThrow } from '../git/run.ts';
import { holdsOurs, removeHookFiles } from './hook-file.ts';
import { findHookPlace } from './hook-place.ts';
import { removeStamp } from './hook-stamp.ts';
import type { Environment } from './installation.ts';
import { removeLefthook } from './lefthook.ts';
import { isInside } from './own-files.ts';

/**
 * Takes our lines out of every hook file of a repository, wherever `core.hooksPath` led when they were put there. Returns the folders that
 * lie outside of the repository and so serve others too: there our lines stay, and do nothing in this one.
 */
export function removeAllHookFiles(repository: Repository, env: Environment): readonly string[] {
  const tops = workTrees(repository, env);
  const place = findHookPlace(repository, env);
  const now = place.kind === 'folder' ? [place.folder, place.generated ?? place.folder] : [];
  const own = (folder: string) => [repository.commonDir, ...tops].some((each) => isInside(folder, each));
  const folders = [
    path.join(repository.commonDir, 'hooks'),
    ...tops.flatMap((top) => [path.join(top, '.husky'), path.join(top, '.husky', '_')]),
    ...now,
  ];
  for (const folder of new Set(folders.filter(own))) removeHookFiles(folder);
  for (const top of tops) removeLefthook(top, repository.commonDir);
  for (const ownDir of ownDirs(repository)) removeStamp(ownDir);
  return now.filter((folder) => !own(folder) && holdsOurs(folder));
}

function workTrees(repository: Repository, env: Environment): readonly string[] {
  const listed = gitOrThrow(['worktree', 'list', '--porcelain', '-z'], inside(repository, env))
    .toString('utf8')
    .split('\0')
    .filter((line) => line.startsWith('worktree '))
    .map((line) => path.resolve(line.slice('worktree '.length)));
  const all = repository.workTree === undefined ? listed : [repository.workTree, ...listed];
  return [...new Set(all)].filter((top) => fs.existsSync(path.join(top, '.git')));
}

function ownDirs(repository: Repository): readonly string[] {
  const linked = path.join(repository.commonDir, 'worktrees');
  const names = fs.existsSync(linked) ? fs.readdirSync(linked) : [];
  return [repository.commonDir, ...names.map((name) => path.join(linked, name))].map((dir) =>
    path.join(dir, 'lode'),
  );
}
