import { AHEAD, SIDE, sees, UNMERGED } from './expectations.ts';
import { describeRows, edit, fails, sh } from './table.ts';

// Joining histories. The merge of a file with a stranger's is in merge-of-strangers.test.ts.
describeRows({
  merge: [
    { name: 'merge --ff-only', steps: [['merge', '-q', '--ff-only', 'ahead']], files: AHEAD },
    { name: 'merge --no-ff', steps: [['merge', '-q', '--no-ff', '-m', 'm', 'ahead']], files: AHEAD },
    { name: 'merge, a true one', steps: [['merge', '-q', '-m', 'm', 'side']], files: SIDE },
    {
      name: 'merge --squash',
      steps: [['merge', '-q', '--squash', 'side']],
      files: SIDE,
      head: {},
      status: ['A  side.bin', 'A  sub/deep.bin', 'M  text.txt'],
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
    {
      name: 'merge, a conflict on data keeps ours as content',
      steps: [fails(1, 'merge', '-q', 'clash')],
      status: ['UU small.bin'],
      cleans: UNMERGED,
    },
    {
      name: 'merge --continue',
      steps: [fails(1, 'merge', '-q', 'clash'), edit('small.bin', 7), ['add', '.'], ['merge', '--continue']],
      files: { 'small.bin': 7 },
    },
    { name: 'merge --abort', steps: [fails(1, 'merge', '-q', 'clash'), ['merge', '--abort']] },
    {
      name: 'merge -X theirs',
      steps: [['merge', '-q', '-m', 'm', '-X', 'theirs', 'clash']],
      files: { 'small.bin': 9 },
    },
    { name: 'merge -X ours', steps: [['merge', '-q', '-m', 'm', '-X', 'ours', 'clash']] },
    {
      name: 'mergetool',
      steps: [
        ['config', 'mergetool.x.cmd', `test "$(wc -c <"$BASE")" -eq 300 && cp "$REMOTE" "$MERGED"`],
        ['config', 'mergetool.x.trustExitCode', 'true'],
        ['config', 'mergetool.keepBackup', 'false'],
        fails(1, 'merge', '-q', 'clash'),
        ['mergetool', '--tool=x', '--no-prompt'],
      ],
      files: { 'small.bin': 9 },
      head: {},
      status: ['M  small.bin'],
      cleans: 'the tool has just written the file',
    },
    {
      name: 'rerere, the text beside data is resolved as before',
      steps: [
        ['config', 'rerere.enabled', 'true'],
        ['config', 'rerere.autoUpdate', 'true'],
        ['switch', '-q', 'ahead-branch'],
        fails(1, 'merge', '-q', 'side'),
        edit('text.txt', 5),
        ['commit', '-qam', 'resolved'],
        ['reset', '-q', '--hard', 'HEAD~1'],
        fails(1, 'merge', '-q', 'side'),
        ['commit', '-qm', 'resolved again'],
      ],
      files: { ...SIDE, ...AHEAD, 'text.txt': 5 },
    },
    {
      name: 'rerere, data is not recorded',
      steps: [
        ['config', 'rerere.enabled', 'true'],
        fails(1, 'merge', '-q', 'clash'),
        edit('small.bin', 7),
        ['commit', '-qam', 'resolved'],
        ['reset', '-q', '--hard', 'HEAD~1'],
        fails(1, 'merge', '-q', 'clash'),
        ['rerere'],
      ],
      status: ['UU small.bin'],
      cleans: UNMERGED,
    },
  ],
  bisect: [
    {
      name: 'bisect run, sees content',
      steps: [
        ['bisect', 'start', '-q'],
        ['bisect', 'bad', 'ahead'],
        ['bisect', 'good', 'v1'],
        ['bisect', 'run', 'sh', '-c', sees(300)],
        sh(`git bisect log | grep -q "first '\\?bad'\\? commit"`), // git 2.55 quotes the word
        ['bisect', 'reset'],
      ],
    },
  ],
});
