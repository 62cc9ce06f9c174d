// `npm run demo [-- FOLDER]`: real data of several releases, versioned with ordinary git commands. The folder stays.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { formatBytes } from '../../src/amounts.ts';
import { projectDir } from '../../test/support/program.ts';
import { columns } from '../support/columns.ts';
import { folderSize } from '../support/folder.ts';
import { createWorkplace } from '../support/workplace.ts';
import { installedReleases, publishedReleases, type Release } from './releases.ts';
import { apply, put, type Tree, verify, versionedBytes } from './tree.ts';

const started = performance.now();
const releases = findReleases();
const downloaded = performance.now();
const place = createWorkplace(process.argv[2] ?? os.tmpdir(), 'git-lode-demo-');
const repo = path.join(place.dir, 'repo');
const clone = path.join(place.dir, 'clone');
const bare = path.join(place.dir, 'repo.git');
const remote = path.join(place.dir, 'data-remote');

console.log(`In ${place.dir}, with a HOME of its own:\n`);
run('.', 'lode', 'install', '--global');
run('.', 'init', '-q', '--bare', 'repo.git');
run('.', 'init', '-q', 'repo');
run('repo', 'remote', 'add', 'origin', '../repo.git');
fs.mkdirSync(remote);
run('repo', 'lode', 'install', '../data-remote');
run('repo', 'lode', 'track', 'data/**');

console.log('\nEach release: git add, git commit, git tag, git push\n');
const trees = commitAll();

console.log('\nA second clone:\n');
const [oldest, latest] = [releases[2]!, releases.at(-1)!];
run('.', 'clone', '-q', 'repo.git', 'clone');
same(clone, treeOf(latest));
run('clone', 'switch', '-q', '--detach', oldest.name);
same(clone, treeOf(oldest));

console.log('\nAn edit on a branch from there, merged, pushed, and pulled where it all began:\n');
run('clone', 'switch', '-q', '-c', 'edit');
const merged = edit();
run('clone', 'commit', '-q', '-a', '-m', 'one more line');
run('clone', 'switch', '-q', 'main');
run('clone', 'merge', '-q', '--no-edit', 'edit');
same(clone, merged);
run('clone', 'push', '-q', 'origin', 'main', 'edit');
run('repo', 'pull', '-q', 'origin', 'main');
same(repo, merged);
summary();

function findReleases(): Release[] {
  console.log('Real data from the npm registry, kept in .cache/demo:');
  const published = publishedReleases(path.join(projectDir, '.cache', 'demo'));
  if (published === undefined)
    console.log('No answer from the registry: the largest files of node_modules instead.');
  const found = published ?? installedReleases();
  const count = found.reduce((sum, { files }) => sum + files.length, 0);
  console.log(
    `${found.length} releases, ${count} files, ${formatBytes(versionedBytes(found))} of different content\n`,
  );
  return found;
}

/** Commits release after release and gives the tree that each made. */
function commitAll(): Map<Release, Tree> {
  const made = new Map<Release, Tree>();
  let tree: Tree = new Map();
  let stored = 0;
  const rows = [['', 'versioned', 'add + commit', 'push', 'stored']];
  for (const [i, release] of releases.entries()) {
    tree = apply(tree, release);
    made.set(release, tree);
    put(repo, release);
    const commit = git('repo', 'add', '.') + git('repo', 'commit', '-q', '-m', release.name);
    git('repo', 'tag', release.name);
    const push = git('repo', 'push', '-q', '-u', 'origin', 'main', release.name);
    const now = folderSize(remote);
    const added = versionedBytes(releases.slice(0, i + 1)) - versionedBytes(releases.slice(0, i));
    rows.push([release.name, formatBytes(added), seconds(commit), seconds(push), formatBytes(now - stored)]);
    stored = now;
  }
  console.log(columns(rows));
  return made;
}

function treeOf(release: Release): Tree {
  return trees.get(release)!;
}

/** Appends a line to a file that is the same in both releases, so that the merge has a change on one side only. */
function edit(): Tree {
  const [before, after] = [treeOf(oldest), treeOf(latest)];
  const [name, source] = [...before].find(([each, { sha256 }]) => after.get(each)?.sha256 === sha256)!;
  const expected = path.join(place.root, source.name);
  fs.copyFileSync(source.path, expected);
  for (const file of [expected, path.join(clone, name)]) fs.appendFileSync(file, '\n');
  return new Map([...after, [name, { ...source, path: expected }]]);
}

function summary(): void {
  const [whole, stored, inGit] = [
    versionedBytes(releases),
    folderSize(remote),
    folderSize(path.join(bare, 'objects')),
  ];
  const own = (performance.now() - downloaded) / 1000;
  console.log(`
${columns([
  ['bytes versioned', formatBytes(whole)],
  ['bytes stored in the data remote', formatBytes(stored)],
  ['versioned / stored', (whole / stored).toFixed(1)],
  ['bytes in git', formatBytes(inGit)],
  ['seconds to fetch and unpack', seconds((downloaded - started) / 1000)],
  ['seconds of the demo itself', seconds(own)],
])}

Every checked-out file is identical to its source. Look around:

  cd '${place.dir}'
  export HOME='${place.home}' PATH='${path.join(place.root, 'bin')}':"$PATH"
`);
}

function git(cwd: string, ...args: string[]): number {
  return place.time(cwd, 'git', ...args);
}

/** Runs git, and shows the command as a person would type it. */
function run(cwd: string, ...args: string[]): void {
  const time = git(cwd, ...args);
  const words = args.map((word) => (/^[\w./:=-]+$/.test(word) ? word : `'${word}'`));
  console.log(`${seconds(time).padStart(8)}  ${cwd === '.' ? '' : `${cwd}: `}git ${words.join(' ')}`);
}

function same(folder: string, tree: Tree): void {
  const count = verify(folder, tree);
  git(path.basename(folder), 'diff', '--exit-code');
  console.log(`          ${count} files, each identical to its source; git sees no change`);
}

function seconds(value: number): string {
  return `${value.toFixed(2)} s`;
}
