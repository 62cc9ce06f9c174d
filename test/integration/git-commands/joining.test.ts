import { FIRST } from '../../support/history.ts';
import { AHEAD, POPPED, SIDE, STREAMED, sees, UNMERGED } from './expectations.ts';
import { describeRows, edit, fails } from './table.ts';

// Joining and replaying commits.
describeRows([
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
]);
