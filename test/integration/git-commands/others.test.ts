import { FIRST } from '../../support/history.ts';
import { AHEAD, EDITED, POPPED, SIDE, STREAMED, sees } from './expectations.ts';
import { describeRows, edit, remove, sh } from './table.ts';

// Making commits, plumbing, patches.
describeRows([
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
]);
