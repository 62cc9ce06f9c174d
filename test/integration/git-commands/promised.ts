/** A part of the matrix, and what has to have a row in it: one at least whose name is this, or this and then more words. */
export interface Promised {
  readonly part: string;
  readonly rows: readonly string[];
}

const of = (part: string, rows: readonly string[]): Promised => ({ part, rows });

/** Every git command, with each of its modes, that is promised to go right. */
const COMMANDS: readonly Promised[] = [
  of('checkout', [
    ...[
      'checkout a branch',
      'checkout --detach',
      'checkout -f',
      'checkout -m',
      'checkout -p',
      'checkout -- path',
    ],
    ...['checkout --ours', 'checkout --theirs'],
  ]),
  of('switch', ['switch']),
  of('restore', ['restore', 'restore --source', 'restore --staged', 'restore -p']),
  of('reset', ['reset --soft', 'reset --mixed', 'reset --hard', 'reset --merge', 'reset --keep', 'reset -p']),
  of('stash', [
    ...['stash push', 'stash push -u', 'stash push -p', 'stash push -- path'],
    ...['stash pop', 'stash apply', 'stash branch'],
  ]),
  of('merge', [
    ...[
      'merge --ff-only',
      'merge, a true one',
      'merge --squash',
      'merge, octopus',
      'merge, a conflict on data',
    ],
    ...['merge --abort', 'merge -X', 'mergetool', 'rerere'],
  ]),
  of('bisect', ['bisect run']),
  of('rebase', [
    ...['rebase', 'rebase -r', 'rebase -x', 'rebase --autostash', 'rebase --onto', 'rebase --abort'],
    'rebase --apply',
  ]),
  of('cherry-pick, revert', ['cherry-pick', 'cherry-pick <from>..<to>', 'cherry-pick --abort', 'revert']),
  of('am, apply', ['am', 'apply', 'apply --index', 'apply --3way']),
  of('plumbing', ['read-tree', 'checkout-index']),
  of('worktree', ['worktree add', 'worktree remove', 'worktree move']),
  of('sparse-checkout', ['sparse-checkout set --cone', 'sparse-checkout set --no-cone']),
  of('submodule', ['submodule add', 'submodule update', 'checkout --recurse-submodules']),
  of('clone', [
    ...[
      'clone --depth=1',
      'clone --filter=blob:none',
      'clone --no-checkout',
      'clone --bare, with a work tree',
    ],
    ...['clone --separate-git-dir', 'clone --sparse', 'clone --local', 'clone --recurse-submodules'],
  ]),
  of('pull', ['pull --ff-only', 'pull --rebase', 'pull, into an empty repository']),
  of('commit', ['commit -a', 'commit <path>', 'commit --amend', 'commit -p']),
  of('add', ['add -p', 'add -N', 'add --renormalize', 'add --chmod=+x']),
  of('mv, rm, clean', ['mv', 'rm', 'clean']),
  of('content, not a pointer', ['archive', 'difftool']),
  of('looking at history', ['diff', 'log -p', 'blame', 'grep', 'show']),
  of('carrying history elsewhere', ['bundle', 'format-patch', 'fast-export | fast-import']),
  of('history written anew', ['filter-branch']),
  of('housekeeping', ['gc', 'maintenance run']),
];

/** Every kind of repository, and every place and name. */
const KINDS: readonly Promised[] = [
  of('a repository with', [
    ...['index version 2', 'index version 3', 'index version 4', 'split index', 'untracked cache'],
    ...['fsmonitor, by a hook', 'fsmonitor, builtin', 'sparse index', 'index.skipHash', 'feature.manyFiles'],
    ...[
      'sha256',
      'reftable',
      'core.checkStat=minimal',
      'core.trustctime=false',
      'autocrlf',
      'core.ignoreCase',
    ],
  ]),
  of('worktrees', ['linked']),
  of('git run from elsewhere:', [
    ...['GIT_DIR', 'GIT_WORK_TREE', 'GIT_DIR and GIT_WORK_TREE', 'GIT_INDEX_FILE', 'subfolders'],
  ]),
  of('a path name with', [
    ...['spaces', 'quotes', 'a newline', 'a leading dash', 'non-UTF-8 bytes', 'NFC letters', 'NFD letters'],
  ]),
];

export const PROMISED: readonly Promised[] = [...COMMANDS, ...KINDS];

/** What is promised and has no row. `names` are `part > row`. */
export function missing(names: readonly string[]): string[] {
  const promised = PROMISED.flatMap(({ part, rows }) => rows.map((row) => `${part} > ${row}`));
  return promised.filter(
    (row) => !names.some((name) => name === row || name.startsWith(`${row} `) || name.startsWith(`${row},`)),
  );
}
