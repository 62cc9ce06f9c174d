import type { DrainDependencies, LeftReason } from './drain.ts';
import type { Item } from './drain-items.ts';

const EXPLANATIONS: Readonly<Record<LeftReason, string>> = {
  missing: 'the content is neither here nor on the remote',
  unreachable: 'the remote could not be reached',
  locked: 'another git command is at work here',
  failed: 'writing failed',
  interrupted: 'the command was interrupted',
};
const NAMED = 5;

/** Says which files are still pointers, why, and what finishes them. */
export function tellOfPointers(
  left: readonly Item[],
  { reporter }: Pick<DrainDependencies, 'reporter'>,
): void {
  for (const reason of Object.keys(EXPLANATIONS) as LeftReason[]) {
    const items = left.filter((item) => item.left === reason);
    if (items.length === 0) continue;
    const paths = items.map(({ path }) => path);
    const failures = [...new Set(items.flatMap(({ failure }) => failure ?? []))];
    const why = EXPLANATIONS[reason] + (failures.length > 0 ? ` (${failures.join(', ')})` : '');
    const names =
      paths.slice(0, NAMED).join(', ') + (paths.length > NAMED ? `, and ${paths.length - NAMED} more` : '');
    const many =
      paths.length === 1 ? '1 file is still a pointer' : `${paths.length} files are still pointers`;
    reporter.warn(`${many}, because ${why}: ${names}\n  to finish: git lode pull`);
  }
}
