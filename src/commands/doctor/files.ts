import { formatCount } from '../../amounts.ts';
import { inside } from '../../git/inside.ts';
import { keptFiles } from '../../git/kept-files.ts';
import type { Repository } from '../../git/repository.ts';
import type { Finding } from '../../ui/findings-text.ts';
import type { AccidentKind } from '../../worktree/accidents.ts';
import { findAccidents } from '../../worktree/find-accidents.ts';
import type { CommandContext } from '../command.ts';

/** That files are still pointers is no fault of theirs: `status` tells of it. */
const FAULTS: readonly (readonly [AccidentKind, string])[] = [
  ['content-in-index', 'in git as content, not as a pointer'],
  ['size-in-index', "of another size in git's index, though unmodified"],
  ['lfs-pointer-in-index', 'a pointer of git-lfs'],
];

/** The files that git-lode keeps, and what a git without the filter has left of them. */
export async function checkFiles(repository: Repository, context: CommandContext): Promise<Finding[]> {
  const { workTree } = repository;
  if (workTree === undefined) return [];
  const check = 'kept files';
  const { length } = keptFiles(inside(repository, context.env));
  if (length === 0) return [{ check, state: 'note', says: 'none yet', mend: "git lode track '<pattern>'" }];
  const accidents = await findAccidents({ ...repository, workTree }, [], context);
  const faults = FAULTS.flatMap(([kind, what]) => {
    const count = accidents.filter((accident) => accident.kind === kind).length;
    return count === 0 ? [] : [`${formatCount(count, 'file')} ${what}`];
  });
  const says = [formatCount(length, 'file'), ...faults].join('; ');
  return [
    faults.length === 0
      ? { check, state: 'good', says }
      : { check, state: 'fault', says, mend: 'git lode fix' },
  ];
}
