import { formatCount } from '../amounts.ts';
import { LodeError } from '../errors.ts';
import { inside } from '../git/inside.ts';
import { findRepository, type Repository } from '../git/repository.ts';
import { hasFilter } from '../install/filter-config.ts';
import { DONE, EXIT_CODES, FINDINGS } from '../ui/exit-code.ts';
import { type FixReport, fixText, type ListedAccident } from '../ui/fix-text.ts';
import { type Accident, findAccidents } from '../worktree/find-accidents.ts';
import { readJournal } from '../worktree/journal.ts';
import type { MendResult } from '../worktree/mend-accidents.ts';
import type { Command, CommandContext } from './command.ts';
import { drainDependencies } from './context.ts';

export const command: Command = {
  name: 'fix',
  summary: 'Mend what a git without the filter left: content in place of pointers, and the other way round',
  usage: '[--dry-run] [-- <pathspec>…]',
  options: {
    'dry-run': { type: 'boolean', short: 'n', describe: 'say what would be done, and change nothing' },
  },
  async run(pathspec, options, context) {
    const repository = withTree(context);
    const accidents = await findAccidents(repository, pathspec, context);
    const report = {
      accidents: accidents.map(listedAs),
      unfinished: readJournal(repository.ownDir).records.length,
    };
    const dryRun = options['dry-run'] === true;
    const json = options.json === true;
    if (!json && (dryRun || options.quiet !== true))
      context.print(fixText(report, dryRun ? Number.POSITIVE_INFINITY : LISTED));
    const result = dryRun ? NOTHING : await mend(repository, accidents, context);
    context.signal.throwIfAborted();
    if (json) context.print(`${JSON.stringify({ dryRun, ...report, ...result })}\n`);
    else tell(report, result, dryRun, context);
    if (result.left.length > 0 || result.changed > 0) return EXIT_CODES.INCOMPLETE;
    const remains = dryRun ? isAny(report) : accidents.some(isForeign);
    return remains ? FINDINGS : DONE;
  },
};

const LISTED = 20;
const NOTHING: MendResult = { staged: 0, compared: 0, changed: 0, materialised: 0, left: [] };

function withTree({ cwd, env }: CommandContext): Repository & { readonly workTree: string } {
  const repository = findRepository(cwd, env);
  const { workTree } = repository;
  if (workTree === undefined) {
    throw new LodeError('USAGE', 'a bare repository has no working tree, and so nothing to mend', {
      hint: 'git lode fix, in a clone with files',
    });
  }
  return { ...repository, workTree };
}

function listedAs({ kind, file, size }: Accident): ListedAccident {
  return { path: file.path.toString('utf8'), kind, size };
}

async function mend(
  repository: Repository,
  accidents: readonly Accident[],
  context: CommandContext,
): Promise<MendResult> {
  const { mendAccidents } = await import('../worktree/mend-accidents.ts');
  const dependencies = drainDependencies(repository, context);
  const mendable = accidents.filter((accident) => !isForeign(accident));
  // git without the filter would take every mended file for modified, and commit its content again.
  if (mendable.length > 0 && !hasFilter(inside(repository, context.env))) {
    throw new LodeError('CONFIG_INVALID', 'git has no filter for these files here', {
      hint: 'git lode install',
    });
  }
  return mendAccidents(repository, mendable, dependencies);
}

/** Only git-lfs can mend it. */
function isForeign({ kind }: Accident): boolean {
  return kind === 'lfs-pointer-in-index';
}

function isAny({ accidents, unfinished }: FixReport): boolean {
  return accidents.length > 0 || unfinished > 0;
}

function tell(
  report: FixReport,
  { staged, compared, changed, materialised }: MendResult,
  dryRun: boolean,
  { reporter }: CommandContext,
): void {
  if (!isAny(report)) reporter.info('nothing to mend');
  else if (dryRun) reporter.info('nothing has been changed; to mend: git lode fix');
  if (materialised > 0) reporter.info(`${formatCount(materialised, 'file')} put in place`);
  if (compared > 0) reporter.info(`${formatCount(compared, 'file')} compared by git`);
  if (staged > 0) {
    reporter.info(
      `${formatCount(staged, 'pointer')} staged; earlier commits stay as they are\n  to finish: git commit`,
    );
  }
  if (changed > 0) {
    reporter.warn(
      `${formatCount(changed, 'file')} staged by somebody else meanwhile, and left\n  to finish: git lode fix`,
    );
  }
}
