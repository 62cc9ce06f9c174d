import { oidOf } from '../../support/data-repository.ts';
import { AHEAD, adds, EDITED, STREAMED, sees } from './expectations.ts';
import { describeRows, edit, prints, sh } from './table.ts';

/** Takes git's own objects away, so that what comes back is what the file beside the repository holds. */
const FORGET = 'rm -rf .git/objects/* && mkdir .git/objects/info .git/objects/pack';

// Looking at history, carrying it elsewhere, writing it anew.
describeRows({
  'looking at history': [
    { name: 'diff <commit> <commit>', steps: [prints('git diff v2 ahead', adds(3))] },
    {
      name: 'diff, of an edit',
      steps: [edit('small.bin', 5), prints('git diff', adds(5))],
      files: { 'small.bin': 5 },
      head: {},
      status: [' M small.bin'],
      cleans: EDITED,
    },
    { name: 'log -p', steps: [prints('git log -p ahead', adds(3))] },
    { name: 'show <commit>', steps: [prints('git show ahead', adds(3))] },
    {
      name: 'show <commit>:<path>, a pointer',
      steps: [prints('git show ahead:small.bin', new RegExp(oidOf('small.bin', 3)))],
    },
    { name: 'blame', steps: [prints('git blame -s small.bin', new RegExp(oidOf('small.bin', 2)))] },
    {
      name: 'blame, of an edit',
      steps: [
        edit('small.bin', 5),
        prints('git blame small.bin', new RegExp(`Not Committed Yet.*${oidOf('small.bin', 5)}`)),
      ],
      files: { 'small.bin': 5 },
      head: {},
      status: [' M small.bin'],
      cleans: EDITED,
    },
    {
      name: 'grep <commit>',
      steps: [prints(`git grep -l ${oidOf('small.bin', 3)} ahead`, /^ahead:small.bin$/m)],
    },
    {
      name: 'grep, the content in the working tree',
      steps: [
        sh('echo needle >needle.bin && git add . && git commit -qm needle'),
        prints('git grep -l needle', /^needle.bin$/m),
        ['reset', '-q', '--hard', 'HEAD~1'],
      ],
    },
  ],
  'carrying history elsewhere': [
    { name: 'format-patch', steps: [prints('git format-patch --stdout v2..ahead', adds(3))] },
    {
      name: 'format-patch, to a file and back with am',
      steps: [sh('git format-patch -q -o ../patches$$ v2..ahead && git am -q ../patches$$/*.patch')],
      files: AHEAD,
      cleans: STREAMED,
    },
    {
      name: 'bundle',
      steps: [
        sh(
          `git bundle create -q ../b$$ --all && ${FORGET} && rm -rf .git/refs/*/* && git fetch -q --update-head-ok ../b$$ '+refs/*:refs/*'`,
        ),
        ['fsck', '--full'],
      ],
    },
    {
      name: 'fast-export | fast-import',
      steps: [
        sh(`git fast-export --all >../e$$ && ${FORGET} && git fast-import --quiet --force <../e$$`),
        ['fsck', '--full'],
      ],
    },
  ],
  'history written anew': [
    {
      name: 'filter-branch, sees content',
      steps: [sh(`FILTER_BRANCH_SQUELCH_WARNING=1 git filter-branch --tree-filter '${sees(300)}' v1..main`)],
    },
    {
      name: 'filter-branch, an edit of data',
      steps: [
        sh(`FILTER_BRANCH_SQUELCH_WARNING=1 git filter-branch -f --tree-filter 'rm -f tiny.bin' v1..main`),
      ],
      files: { 'tiny.bin': 'absent' },
    },
  ],
  housekeeping: [
    { name: 'gc', steps: [['gc', '-q', '--prune=now']] },
    { name: 'repack', steps: [['repack', '-q', '-a', '-d']] },
    {
      name: 'maintenance run',
      steps: [
        ['repack', '-q', '-d'],
        [
          ...['maintenance', 'run', '--quiet', '--task=gc', '--task=commit-graph'],
          ...['--task=loose-objects', '--task=incremental-repack'],
        ],
      ],
    },
    { name: 'maintenance run --auto', steps: [['maintenance', 'run', '--auto']] },
  ],
});
