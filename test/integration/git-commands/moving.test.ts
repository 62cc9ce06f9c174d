import { FIRST } from '../../support/history.ts';
import { EDITED, SIDE, STREAMED, UNMERGED, UNSTAGED } from './expectations.ts';
import { describeRows, edit, fails, remove, sh } from './table.ts';

// Moving about: other commits, and what is taken from them.
describeRows({
  checkout: [
    { name: 'checkout a branch', steps: [['checkout', '-q', 'side-branch']], files: { ...FIRST, ...SIDE } },
    { name: 'checkout a tag', steps: [['checkout', '-q', 'v1']], files: FIRST },
    { name: 'checkout --detach', steps: [['checkout', '-q', '--detach', 'v1']], files: FIRST },
    { name: 'checkout -b', steps: [['checkout', '-q', '-b', 'topic', 'v1']], files: FIRST },
    {
      name: 'checkout --orphan',
      steps: [
        ['checkout', '-q', '--orphan', 'empty'],
        ['commit', '-qm', 'again'],
      ],
    },
    {
      name: 'checkout -f, over an edit',
      steps: [edit('small.bin', 5), ['checkout', '-q', '-f', 'v1']],
      files: FIRST,
    },
    {
      name: 'checkout, an edit is carried along',
      steps: [edit('text.txt', 7), ['checkout', '-q', 'v1']],
      files: { ...FIRST, 'text.txt': 7 },
      head: FIRST,
      status: [' M text.txt'],
    },
    {
      name: 'checkout, an edit of data in the way is kept',
      steps: [edit('small.bin', 5), fails(1, 'checkout', '-q', 'v1')],
      files: { 'small.bin': 5 },
      head: {},
      status: [' M small.bin'],
      cleans: EDITED,
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
      name: 'checkout -p',
      steps: [sh('yes | git checkout -p v1')],
      files: FIRST,
      head: {},
      status: ['M  large.bin', 'M  small.bin', 'M  tiny.bin'],
      cleans: STREAMED,
    },
    {
      name: 'checkout -- path',
      steps: [remove('large.bin'), remove('small.bin'), ['checkout', '-q', '--', 'large.bin', 'small.bin']],
    },
    {
      name: 'checkout <commit> -- path',
      steps: [['checkout', '-q', 'v1', '--', 'small.bin']],
      files: { 'small.bin': 1 },
      head: {},
      status: ['M  small.bin'],
    },
    {
      name: 'checkout --theirs',
      steps: [fails(1, 'merge', '-q', 'clash'), ['checkout', '-q', '--theirs', 'small.bin']],
      files: { 'small.bin': 9 },
      head: {},
      status: ['UU small.bin'],
      cleans: UNMERGED,
    },
    {
      name: 'checkout --ours',
      steps: [
        fails(1, 'merge', '-q', 'clash'),
        ['checkout', '-q', '--theirs', 'small.bin'],
        ['checkout', '-q', '--ours', 'small.bin'],
      ],
      status: ['UU small.bin'],
      cleans: UNMERGED,
    },
  ],
  switch: [
    { name: 'switch', steps: [['switch', '-q', 'side-branch']], files: { ...FIRST, ...SIDE } },
    {
      name: 'switch -',
      steps: [
        ['switch', '-q', 'side-branch'],
        ['switch', '-q', '-'],
      ],
    },
    { name: 'switch -c', steps: [['switch', '-q', '-c', 'topic', 'v1']], files: FIRST },
    { name: 'switch --detach', steps: [['switch', '-q', '--detach', 'v1']], files: FIRST },
    {
      name: 'switch --discard-changes',
      steps: [edit('small.bin', 5), ['switch', '-q', '--discard-changes', 'side-branch']],
      files: { ...FIRST, ...SIDE },
    },
  ],
  restore: [
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
      name: 'restore --staged',
      steps: [edit('small.bin', 5), ['add', '.'], ['restore', '--staged', 'small.bin']],
      files: { 'small.bin': 5 },
      head: {},
      status: [' M small.bin'],
      cleans: UNSTAGED,
    },
    {
      name: 'restore --source --staged --worktree',
      steps: [['restore', '--source=v1', '--staged', '--worktree', '.']],
      files: FIRST,
      head: {},
      status: ['M  large.bin', 'M  small.bin', 'M  tiny.bin'],
    },
    {
      name: 'restore -p',
      steps: [edit('small.bin', 5), sh('yes | git restore -p small.bin')],
      cleans: STREAMED,
      reads: ['small.bin'],
    },
    {
      name: 'restore --theirs',
      steps: [fails(1, 'merge', '-q', 'clash'), ['restore', '--theirs', 'small.bin']],
      files: { 'small.bin': 9 },
      head: {},
      status: ['UU small.bin'],
      cleans: UNMERGED,
    },
  ],
});
