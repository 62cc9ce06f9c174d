import { FIRST } from '../../support/history.ts';
import { EDITED, STREAMED } from './expectations.ts';
import { describeRows, edit, remove, sh } from './table.ts';

// From the working tree into git, and git's plumbing between the two.
describeRows({
  commit: [
    {
      name: 'commit -a',
      steps: [edit('small.bin', 5), remove('tiny.bin'), ['commit', '-qam', 'c']],
      files: { 'small.bin': 5, 'tiny.bin': 'absent' },
    },
    {
      name: 'commit <path>',
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
      name: 'commit -p',
      steps: [
        edit('large.bin', 5),
        edit('small.bin', 5),
        sh("printf 'y\\nn\\n' | git commit -qpm c"), // large.bin is asked for first
      ],
      files: { 'large.bin': 5, 'small.bin': 5 },
      head: { 'large.bin': 5 },
      status: [' M small.bin'],
      cleans: EDITED,
    },
  ],
  add: [
    {
      name: 'add',
      steps: [edit('small.bin', 5), edit('new.bin', 1), ['add', '.']],
      files: { 'small.bin': 5, 'new.bin': 1 },
      head: {},
      status: ['A  new.bin', 'M  small.bin'],
    },
    {
      name: 'add -p',
      steps: [edit('small.bin', 5), sh('yes | git add -p')],
      files: { 'small.bin': 5 },
      head: {},
      status: ['M  small.bin'],
      cleans: EDITED,
    },
    {
      name: 'add -N',
      steps: [edit('new.bin', 1), ['add', '-N', 'new.bin']],
      files: { 'new.bin': 1 },
      head: {},
      status: [' A new.bin'],
      cleans: EDITED,
    },
    {
      name: 'add -N, then commit -a',
      steps: [edit('new.bin', 1), ['add', '-N', 'new.bin'], ['commit', '-qam', 'c']],
      files: { 'new.bin': 1 },
    },
    {
      name: 'add --renormalize',
      steps: [['add', '--renormalize', '.']],
      cleans: 'asked for',
      reads: ['tiny.bin', 'small.bin', 'large.bin'],
    },
    {
      name: 'add --chmod=+x',
      steps: [
        ['add', '--chmod=+x', 'small.bin', 'large.bin'],
        ['commit', '-qm', 'c'],
        remove('small.bin'),
        remove('large.bin'),
        ['checkout', '-q', '--', '.'],
        sh('test -x small.bin && test -x large.bin'),
      ],
    },
  ],
  'mv, rm, clean': [
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
    {
      name: 'rm --cached',
      steps: [
        ['rm', '-q', '--cached', 'large.bin'],
        ['commit', '-qm', 'c'],
      ],
      head: { 'large.bin': 'absent' },
      status: ['?? large.bin'],
    },
    {
      name: 'clean',
      steps: [edit('new.bin', 1), edit('folder/deep.bin', 1), ['clean', '-q', '-f', '-d', '-x']],
      files: { 'new.bin': 'absent', 'folder/deep.bin': 'absent' },
    },
  ],
  plumbing: [
    {
      name: 'read-tree -u -m',
      steps: [['read-tree', '-u', '-m', 'HEAD', 'v1']],
      files: FIRST,
      head: {},
      status: ['M  large.bin', 'M  small.bin', 'M  tiny.bin'],
    },
    {
      name: 'read-tree -u --reset',
      steps: [edit('small.bin', 5), ['read-tree', '-u', '--reset', 'v1']],
      files: FIRST,
      head: {},
      status: ['M  large.bin', 'M  small.bin', 'M  tiny.bin'],
    },
    {
      name: 'checkout-index',
      steps: [remove('large.bin'), ['checkout-index', '-q', '--all', '-f', '-u']],
      cleans: STREAMED,
      reads: ['tiny.bin', 'small.bin', 'large.bin'],
    },
  ],
});
