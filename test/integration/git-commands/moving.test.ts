import { FIRST } from '../../support/history.ts';
import { EDITED, POPPED, SIDE, STREAMED, UNMERGED } from './expectations.ts';
import { describeRows, edit, remove } from './table.ts';

// Moving about: what is thrown away, taken back and put aside.
describeRows([
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
]);
