import path from 'node:path';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { type DataRepository, emptyRepository, installedSandbox } from '../../support/data-repository.ts';
import { FIRST, writeHistory } from '../../support/history.ts';
import type { Sandbox } from '../../support/sandbox.ts';
import { edit, fails, type Row, remove, runRow, sh } from './table.ts';

const SIDE = { 'side.bin': 1, 'sub/deep.bin': 1, 'text.txt': 3 };
const AHEAD = { 'small.bin': 3, 'text.txt': 2 };
const EDITED = 'the file has just been written by a person';
const UNMERGED = 'an unmerged entry has no stat data';
const POPPED = 'stash leaves entries without stat data, with and without a filter';
const STREAMED = 'git itself wrote the content, in the second in which it wrote its index';
/** Succeeds only where the data of the checked-out commit is content. */
const sees = (size: number) => `test "$(wc -c <small.bin)" -eq ${size}`;

const rows: readonly Row[] = [
  // checkout and switch
  { name: 'checkout a tag', steps: [['checkout', '-q', 'v1']], files: FIRST },
  { name: 'switch to a branch', steps: [['switch', '-q', 'side-branch']], files: { ...FIRST, ...SIDE } },
  {
    name: 'switch away and back',
    steps: [
      ['switch', '-q', 'side-branch'],
      ['switch', '-q', '-'],
    ],
  },
  { name: 'switch --create', steps: [['switch', '-q', '-c', 'topic', 'v1']], files: FIRST },
  {
    name: 'checkout --orphan',
    steps: [
      ['checkout', '-q', '--orphan', 'empty'],
      ['commit', '-qm', 'again'],
    ],
  },
  {
    name: 'checkout -f over an edit',
    steps: [edit('small.bin', 5), ['checkout', '-q', '-f', 'v1']],
    files: FIRST,
  },
  {
    name: 'checkout carries an edit along',
    steps: [edit('text.txt', 7), ['checkout', '-q', 'v1']],
    files: { ...FIRST, 'text.txt': 7 },
    head: FIRST,
    status: [' M text.txt'],
  },
  {
    name: 'checkout -m, a conflict keeps both sides',
    steps: [
      edit('small.bin', 5),
      ['checkout', '-q', '-m', 'v1'],
      ['checkout', '-q', '--theirs', 'small.bin'],
    ],
    files: { ...FIRST, 'small.bin': 5 },
    head: FIRST,
    status: ['UU small.bin'],
    cleans: UNMERGED,
  },
  {
    name: 'checkout -- path',
    steps: [remove('large.bin'), remove('small.bin'), ['checkout', '-q', '--', 'large.bin', 'small.bin']],
  },
  {
    name: 'checkout a commit -- path',
    steps: [['checkout', '-q', 'v1', '--', 'small.bin']],
    files: { 'small.bin': 1 },
    head: {},
    status: ['M  small.bin'],
  },
  // restore
  { name: 'restore', steps: [remove('tiny.bin'), edit('small.bin', 6), ['restore', '.']] },
  {
    name: 'restore --source',
    steps: [['restore', '--source=v1', 'small.bin']],
    files: { 'small.bin': 1 },
    head: {},
    status: [' M small.bin'],
    cleans: STREAMED,
  },
  {
    name: 'restore --source --staged --worktree',
    steps: [['restore', '--source=v1', '--staged', '--worktree', '.']],
    files: FIRST,
    head: {},
    status: ['M  large.bin', 'M  small.bin', 'M  tiny.bin'],
  },
  // reset
  { name: 'reset --hard', steps: [['reset', '-q', '--hard', 'v1']], files: FIRST },
  {
    name: 'reset --hard over edits',
    steps: [edit('small.bin', 4), remove('large.bin'), ['reset', '-q', '--hard']],
  },
  { name: 'reset --keep', steps: [['reset', '-q', '--keep', 'v1']], files: FIRST },
  { name: 'reset --merge', steps: [['reset', '-q', '--merge', 'v1']], files: FIRST },
  {
    name: 'reset --soft',
    steps: [['reset', '-q', '--soft', 'v1']],
    head: FIRST,
    status: ['M  large.bin', 'M  small.bin', 'M  tiny.bin'],
  },
  {
    name: 'reset --mixed',
    steps: [['reset', '-q', 'v1']],
    head: FIRST,
    status: [' M large.bin', ' M small.bin', ' M tiny.bin'],
    cleans: 'git compares the files with the commit',
  },
  // stash
  { name: 'stash push', steps: [edit('small.bin', 5), edit('large.bin', 5), ['stash', '-q']] },
  {
    name: 'stash, pop',
    steps: [edit('small.bin', 5), edit('large.bin', 5), ['stash', '-q'], ['stash', 'pop', '-q']],
    files: { 'small.bin': 5, 'large.bin': 5 },
    head: {},
    status: [' M large.bin', ' M small.bin'],
    cleans: POPPED,
  },
  {
    name: 'stash -u, apply on another branch',
    steps: [
      edit('new.bin', 1),
      ['stash', '-q', '-u'],
      ['switch', '-q', 'side-branch'],
      ['stash', 'apply', '-q'],
    ],
    files: { ...FIRST, ...SIDE, 'new.bin': 1 },
    head: { ...FIRST, ...SIDE },
    status: ['?? new.bin'],
  },
  {
    name: 'stash -- path',
    steps: [edit('small.bin', 5), edit('large.bin', 5), ['stash', 'push', '-q', '--', 'small.bin']],
    files: { 'large.bin': 5 },
    head: {},
    status: [' M large.bin'],
    cleans: EDITED,
  },
  {
    name: 'stash branch',
    steps: [
      edit('small.bin', 5),
      ['stash', '-q'],
      ['reset', '-q', '--hard', 'v1'],
      ['stash', 'branch', 'topic'],
    ],
    files: { 'small.bin': 5 },
    head: {},
    status: [' M small.bin'],
    cleans: POPPED,
  },
  // merge
  { name: 'merge, fast forward', steps: [['merge', '-q', 'ahead']], files: AHEAD },
  { name: 'merge, a true one', steps: [['merge', '-q', '-m', 'm', 'side']], files: SIDE },
  {
    name: 'merge --squash',
    steps: [['merge', '-q', '--squash', 'side']],
    files: SIDE,
    head: {},
    status: ['A  side.bin', 'A  sub/deep.bin', 'M  text.txt'],
  },
  {
    name: 'merge, a conflict keeps ours as content',
    steps: [fails(1, 'merge', '-q', 'clash')],
    files: {},
    status: ['UU small.bin'],
    cleans: UNMERGED,
  },
  {
    name: 'merge, conflict, checkout --theirs',
    steps: [fails(1, 'merge', '-q', 'clash'), ['checkout', '-q', '--theirs', 'small.bin']],
    files: { 'small.bin': 9 },
    head: {},
    status: ['UU small.bin'],
    cleans: UNMERGED,
  },
  {
    name: 'merge, conflict, resolved',
    steps: [fails(1, 'merge', '-q', 'clash'), edit('small.bin', 7), ['commit', '-qam', 'resolved']],
    files: { 'small.bin': 7 },
  },
  { name: 'merge --abort', steps: [fails(1, 'merge', '-q', 'clash'), ['merge', '--abort']] },
  {
    name: 'merge -X theirs',
    steps: [['merge', '-q', '-m', 'm', '-X', 'theirs', 'clash']],
    files: { 'small.bin': 9 },
  },
  {
    name: 'merge, octopus',
    steps: [
      ['switch', '-q', '-c', 'other', 'v2'],
      edit('other.bin', 1),
      ['add', '.'],
      ['commit', '-qm', 'o'],
      ['switch', '-q', 'main'],
      ['merge', '-q', '-m', 'm', 'side', 'other'],
    ],
    files: { ...SIDE, 'other.bin': 1 },
  },
  // rebase
  {
    name: 'rebase',
    steps: [
      ['switch', '-q', 'side-branch'],
      ['rebase', '-q', 'main'],
    ],
    files: SIDE,
  },
  {
    name: 'rebase --apply',
    steps: [
      ['switch', '-q', 'side-branch'],
      ['rebase', '-q', '--apply', 'main'],
    ],
    files: SIDE,
    cleans: STREAMED,
  },
  {
    name: 'rebase -x sees content',
    steps: [
      ['switch', '-q', 'ahead-branch'],
      ['rebase', '-q', '--force-rebase', '-x', sees(300), 'v1'],
    ],
    files: AHEAD,
    cleans: STREAMED,
  },
  {
    name: 'rebase --onto',
    steps: [
      ['switch', '-q', 'clash-branch'],
      ['rebase', '-q', '--onto', 'side', 'v1'],
    ],
    files: { ...FIRST, ...SIDE, 'small.bin': 9 },
  },
  {
    name: 'rebase, conflict, abort',
    steps: [['switch', '-q', 'clash-branch'], fails(1, 'rebase', '-q', 'main'), ['rebase', '--abort']],
    files: { ...FIRST, 'small.bin': 9 },
  },
  {
    name: 'rebase, conflict, continue',
    steps: [
      ['switch', '-q', 'clash-branch'],
      fails(1, 'rebase', '-q', 'main'),
      edit('small.bin', 8),
      ['add', '.'],
      ['rebase', '--continue'],
    ],
    files: { 'small.bin': 8 },
  },
  {
    name: 'rebase --autostash',
    steps: [edit('large.bin', 6), ['rebase', '-q', '--autostash', '--force-rebase', 'v1']],
    files: { 'large.bin': 6 },
    head: {},
    status: [' M large.bin'],
    cleans: POPPED,
  },
  // cherry-pick and revert
  { name: 'cherry-pick', steps: [['cherry-pick', 'ahead']], files: AHEAD },
  {
    name: 'cherry-pick a range',
    steps: [
      ['switch', '-q', '--detach', 'v1'],
      ['cherry-pick', 'v1..ahead'],
    ],
    files: AHEAD,
  },
  {
    name: 'cherry-pick, conflict, abort',
    steps: [fails(1, 'cherry-pick', 'clash'), ['cherry-pick', '--abort']],
  },
  {
    name: 'cherry-pick --no-commit',
    steps: [['cherry-pick', '-n', 'ahead']],
    files: AHEAD,
    head: {},
    status: ['M  small.bin', 'M  text.txt'],
  },
  { name: 'revert', steps: [['revert', '--no-edit', 'HEAD']], files: FIRST },
  // commit and add
  {
    name: 'commit -a',
    steps: [edit('small.bin', 5), remove('tiny.bin'), ['commit', '-qam', 'c']],
    files: { 'small.bin': 5, 'tiny.bin': 'absent' },
  },
  {
    name: 'commit a path',
    steps: [edit('small.bin', 5), edit('large.bin', 5), ['commit', '-qm', 'c', 'small.bin']],
    files: { 'small.bin': 5, 'large.bin': 5 },
    head: { 'small.bin': 5 },
    status: [' M large.bin'],
    cleans: EDITED,
  },
  {
    name: 'commit --amend',
    steps: [edit('small.bin', 5), ['commit', '-qa', '--amend', '-m', 'c']],
    files: { 'small.bin': 5 },
  },
  {
    name: 'mv',
    steps: [sh('mkdir sub'), ['mv', 'large.bin', 'sub'], ['commit', '-qm', 'c']],
    files: { 'large.bin': 'absent', 'sub/large.bin': 2 },
  },
  {
    name: 'rm',
    steps: [
      ['rm', '-q', 'large.bin'],
      ['commit', '-qm', 'c'],
    ],
    files: { 'large.bin': 'absent' },
  },
  { name: 'add --renormalize', steps: [['add', '--renormalize', '.']], cleans: 'asked for' },
  // plumbing
  {
    name: 'read-tree -u -m',
    steps: [['read-tree', '-u', '-m', 'HEAD', 'v1']],
    files: FIRST,
    head: {},
    status: ['M  large.bin', 'M  small.bin', 'M  tiny.bin'],
  },
  {
    name: 'checkout-index',
    steps: [remove('large.bin'), ['checkout-index', '-q', '--all', '-f', '-u']],
    cleans: STREAMED,
  },
  {
    name: 'apply',
    steps: [sh('git diff --binary v2 ahead >../p$$.patch && git apply ../p$$.patch')],
    files: AHEAD,
    head: {},
    status: [' M small.bin', ' M text.txt'],
    cleans: STREAMED,
  },
  {
    name: 'apply --index',
    steps: [sh('git diff --binary v2 ahead | git apply --index')],
    files: AHEAD,
    head: {},
    status: ['M  small.bin', 'M  text.txt'],
    cleans: STREAMED,
  },
  {
    name: 'am',
    steps: [sh('git format-patch -q --stdout v2..ahead | git am -q')],
    files: AHEAD,
    cleans: STREAMED,
  },
  {
    name: 'am --3way',
    steps: [sh('git format-patch -q --stdout v1..side | git am -q --3way')],
    files: SIDE,
    cleans: STREAMED,
  },
  // patch by patch, where git asks and a person says yes
  {
    name: 'add -p',
    steps: [edit('small.bin', 5), sh('yes | git add -p')],
    files: { 'small.bin': 5 },
    head: {},
    status: ['M  small.bin'],
    cleans: EDITED,
  },
  {
    name: 'checkout -p',
    steps: [sh('yes | git checkout -p v1')],
    files: FIRST,
    head: {},
    status: ['M  large.bin', 'M  small.bin', 'M  tiny.bin'],
    cleans: STREAMED,
  },
  {
    name: 'stash -p, pop',
    steps: [edit('small.bin', 5), sh('yes | git stash -p -q'), ['stash', 'pop', '-q']],
    files: { 'small.bin': 5 },
    head: {},
    status: [' M small.bin'],
    cleans: POPPED,
  },
  {
    name: 'restore -p',
    steps: [edit('small.bin', 5), sh('yes | git restore -p small.bin')],
    cleans: STREAMED,
  },
  // history written anew
  {
    name: 'filter-branch --tree-filter sees content',
    steps: [sh(`FILTER_BRANCH_SQUELCH_WARNING=1 git filter-branch --tree-filter '${sees(300)}' v1..main`)],
  },
  {
    name: 'fast-export, fast-import',
    steps: [sh('git fast-export --all | git fast-import --quiet --force')],
  },
  {
    name: 'gc',
    steps: [['gc', '-q', '--prune=now']],
  },
  // other places
  {
    name: 'bisect run sees content',
    steps: [
      ['bisect', 'start', '-q'],
      ['bisect', 'bad', 'ahead'],
      ['bisect', 'good', 'v1'],
      ['bisect', 'run', 'sh', '-c', sees(300)],
      ['bisect', 'reset'],
    ],
  },
];

let box: Sandbox;
let template: DataRepository;

beforeAll(async () => {
  box = await installedSandbox();
  template = await emptyRepository(box, 'template');
  await writeHistory(template);
});
afterAll(() => box.remove());

describe.concurrent('git command', () => {
  it.each(rows)('$name', async (row) => {
    const repository = await template.copy(path.join(box.root, `row-${rows.indexOf(row)}`));
    await runRow(repository, row);
  });
});
