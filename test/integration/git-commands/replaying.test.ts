import { FIRST } from '../../support/history.ts';
import { AHEAD, EDITED, POPPED, SIDE, STREAMED, sees } from './expectations.ts';
import { describeRows, edit, fails, sh } from './table.ts';

// Commits and patches made again elsewhere.
describeRows({
  rebase: [
    {
      name: 'rebase',
      steps: [
        ['switch', '-q', 'side-branch'],
        ['rebase', '-q', 'main'],
      ],
      files: SIDE,
    },
    {
      name: 'rebase -i',
      steps: [
        ['switch', '-q', 'side-branch'],
        ['rebase', '-q', '-i', 'main'],
      ],
      files: SIDE,
    },
    {
      name: 'rebase -r',
      steps: [
        ['switch', '-q', '-c', 'base', 'v1'],
        edit('other.bin', 1),
        ['add', '.'],
        ['commit', '-qm', 'o'],
        ['switch', '-q', '-c', 'topic', 'main'],
        ['merge', '-q', '--no-ff', '-m', 'm', 'side'],
        ['rebase', '-q', '-r', 'base'],
        sh('git rev-parse --verify -q HEAD^2'),
      ],
      files: { ...SIDE, 'other.bin': 1 },
    },
    {
      name: 'rebase -x, sees content',
      steps: [
        ['switch', '-q', 'ahead-branch'],
        ['rebase', '-q', '--force-rebase', '-x', sees(300), 'v1'],
      ],
      files: AHEAD,
      cleans: STREAMED,
      reads: ['tiny.bin', 'small.bin', 'large.bin'],
    },
    {
      name: 'rebase --autostash',
      steps: [edit('large.bin', 6), ['rebase', '-q', '--autostash', '--force-rebase', 'v1']],
      files: { 'large.bin': 6 },
      head: {},
      status: [' M large.bin'],
      cleans: POPPED,
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
      name: 'rebase --apply',
      steps: [
        ['switch', '-q', 'side-branch'],
        ['rebase', '-q', '--apply', 'main'],
      ],
      files: SIDE,
      cleans: STREAMED,
    },
    {
      name: 'rebase --abort',
      steps: [['switch', '-q', 'clash-branch'], fails(1, 'rebase', '-q', 'main'), ['rebase', '--abort']],
      files: { ...FIRST, 'small.bin': 9 },
    },
    {
      name: 'rebase --continue',
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
      name: 'rebase --skip',
      steps: [['switch', '-q', 'clash-branch'], fails(1, 'rebase', '-q', 'main'), ['rebase', '--skip']],
    },
  ],
  'cherry-pick, revert': [
    { name: 'cherry-pick', steps: [['cherry-pick', 'ahead']], files: AHEAD },
    {
      name: 'cherry-pick <from>..<to>',
      steps: [
        ['switch', '-q', '--detach', 'v1'],
        ['cherry-pick', 'v1..ahead'],
      ],
      files: AHEAD,
    },
    {
      name: 'cherry-pick --no-commit',
      steps: [['cherry-pick', '-n', 'ahead']],
      files: AHEAD,
      head: {},
      status: ['M  small.bin', 'M  text.txt'],
    },
    { name: 'cherry-pick --abort', steps: [fails(1, 'cherry-pick', 'clash'), ['cherry-pick', '--abort']] },
    {
      name: 'cherry-pick --continue',
      steps: [
        fails(1, 'cherry-pick', 'clash'),
        edit('small.bin', 8),
        ['add', '.'],
        ['cherry-pick', '--continue'],
      ],
      files: { 'small.bin': 8 },
    },
    { name: 'revert', steps: [['revert', '--no-edit', 'HEAD']], files: FIRST },
    {
      name: 'revert --abort',
      steps: [['switch', '-q', 'ahead-branch'], fails(1, 'revert', '--no-edit', 'v2'), ['revert', '--abort']],
      files: AHEAD,
    },
  ],
  'am, apply': [
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
    {
      name: 'am --abort',
      steps: [
        sh('git format-patch -q --stdout v1..clash >../p$$.patch && ! git am -q ../p$$.patch'),
        ['am', '--abort'],
      ],
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
      name: 'apply --3way',
      steps: [sh('git diff --binary v1 side | git apply --3way')],
      files: SIDE,
      head: {},
      status: ['A  side.bin', 'A  sub/deep.bin', 'M  text.txt'],
      cleans: STREAMED,
    },
    {
      name: 'apply --cached',
      steps: [edit('small.bin', 3), sh('git diff --binary v2 ahead -- small.bin | git apply --cached')],
      files: { 'small.bin': 3 },
      head: {},
      status: ['M  small.bin'],
      cleans: EDITED,
    },
  ],
});
