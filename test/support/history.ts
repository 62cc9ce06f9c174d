import type { DataRepository, Files } from './data-repository.ts';

/** What `main` of the example history has. */
export const MAIN: Files = { 'tiny.bin': 2, 'small.bin': 2, 'large.bin': 2, 'text.txt': 1 };
/** What its first commit, `v1`, has. */
export const FIRST: Files = { 'tiny.bin': 1, 'small.bin': 1, 'large.bin': 1, 'text.txt': 1 };

/**
 * The history that the tables of git commands start from, with a tag for each commit:
 *
 *     v1 --- v2 (main) --- ahead
 *      \---- side    adds side.bin and sub/deep.bin, changes text.txt: merges with main
 *      \---- clash   changes small.bin: conflicts with main
 */
export async function writeHistory(repository: DataRepository): Promise<void> {
  await repository.commit(FIRST, 'v1');
  await repository.commit(MAIN, 'v2');
  await repository.git(['switch', '--quiet', '--create', 'ahead-branch']);
  await repository.commit({ 'small.bin': 3, 'text.txt': 2 }, 'ahead');
  await repository.git(['switch', '--quiet', '--create', 'side-branch', 'v1']);
  await repository.commit({ 'side.bin': 1, 'sub/deep.bin': 1, 'text.txt': 3 }, 'side');
  await repository.git(['switch', '--quiet', '--create', 'clash-branch', 'v1']);
  await repository.commit({ 'small.bin': 9 }, 'clash');
  await repository.git(['switch', '--quiet', 'main']);
}
