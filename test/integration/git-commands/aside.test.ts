import { FIRST } from '../../support/history.ts';
import { POPPED, SIDE, UNSTAGED } from './expectations.ts';
import { describeRows, edit, remove, sh } from './table.ts';

const EDITED_AND_PATCHED = 'a person wrote one file, git itself the other, by a patch';

// What is thrown away, taken back and put aside.
describeRows({
  reset: [
    {
      name: 'reset --soft',
      steps: [['reset', '-q', '--soft', 'v1']],
      head: FIRST,
      status: ['M  large.bin', 'M  small.bin', 'M  tiny.bin'],
    },
    {
      name: 'reset --mixed',
      steps: [['reset', '-q', '--mixed', 'v1']],
      head: FIRST,
      status: [' M large.bin', ' M small.bin', ' M tiny.bin'],
      cleans: 'git compares the files with the commit',
    },
    { name: 'reset --hard', steps: [['reset', '-q', '--hard', 'v1']], files: FIRST },
    {
      name: 'reset --hard, over edits',
      steps: [edit('small.bin', 4), remove('large.bin'), ['reset', '-q', '--hard']],
    },
    { name: 'reset --merge', steps: [['reset', '-q', '--merge', 'v1']], files: FIRST },
    { name: 'reset --keep', steps: [['reset', '-q', '--keep', 'v1']], files: FIRST },
    {
      name: 'reset -p',
      steps: [edit('small.bin', 5), ['add', '.'], sh('yes | git reset -p')],
      files: { 'small.bin': 5 },
      head: {},
      status: [' M small.bin'],
      cleans: UNSTAGED,
    },
    {
      name: 'reset -- path',
      steps: [edit('small.bin', 5), ['add', '.'], ['reset', '-q', '--', 'small.bin']],
      files: { 'small.bin': 5 },
      head: {},
      status: [' M small.bin'],
      cleans: UNSTAGED,
    },
  ],
  stash: [
    { name: 'stash push', steps: [edit('small.bin', 5), edit('large.bin', 5), ['stash', 'push', '-q']] },
    {
      name: 'stash push -u',
      steps: [edit('small.bin', 5), edit('new.bin', 1), ['stash', 'push', '-q', '-u']],
      files: { 'new.bin': 'absent' },
    },
    {
      name: 'stash push -p',
      steps: [
        edit('large.bin', 5),
        edit('small.bin', 5),
        sh("printf 'y\\nn\\n' | git stash push -p -q"), // large.bin is asked for first
      ],
      files: { 'small.bin': 5 },
      head: {},
      status: [' M small.bin'],
      cleans: EDITED_AND_PATCHED,
      reads: ['small.bin', 'large.bin'],
    },
    {
      name: 'stash push -p, pop',
      steps: [edit('small.bin', 5), sh('yes | git stash push -p -q'), ['stash', 'pop', '-q']],
      files: { 'small.bin': 5 },
      head: {},
      status: [' M small.bin'],
      cleans: POPPED,
    },
    {
      name: 'stash push -- path',
      steps: [edit('small.bin', 5), edit('large.bin', 5), ['stash', 'push', '-q', '--', 'small.bin']],
      files: { 'large.bin': 5 },
      head: {},
      status: [' M large.bin'],
      cleans: EDITED_AND_PATCHED,
      reads: ['small.bin', 'large.bin'],
    },
    {
      name: 'stash push --staged',
      steps: [edit('small.bin', 5), ['add', '.'], edit('large.bin', 5), ['stash', 'push', '-q', '--staged']],
      files: { 'large.bin': 5 },
      head: {},
      status: [' M large.bin'],
      cleans: EDITED_AND_PATCHED,
      reads: ['small.bin', 'large.bin'],
    },
    {
      name: 'stash push --keep-index',
      steps: [edit('small.bin', 5), ['add', '.'], edit('large.bin', 5), ['stash', 'push', '-q', '-k']],
      files: { 'small.bin': 5 },
      head: {},
      status: ['M  small.bin'],
    },
    {
      name: 'stash pop',
      steps: [edit('small.bin', 5), edit('large.bin', 5), ['stash', '-q'], ['stash', 'pop', '-q']],
      files: { 'small.bin': 5, 'large.bin': 5 },
      head: {},
      status: [' M large.bin', ' M small.bin'],
      cleans: POPPED,
    },
    {
      name: 'stash pop --index',
      steps: [edit('small.bin', 5), ['add', '.'], ['stash', '-q'], ['stash', 'pop', '-q', '--index']],
      files: { 'small.bin': 5 },
      head: {},
      status: ['M  small.bin'],
    },
    {
      name: 'stash apply',
      steps: [edit('small.bin', 5), ['stash', '-q'], ['stash', 'apply', '-q']],
      files: { 'small.bin': 5 },
      head: {},
      status: [' M small.bin'],
      cleans: POPPED,
    },
    {
      name: 'stash apply, on another branch',
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
  ],
});
