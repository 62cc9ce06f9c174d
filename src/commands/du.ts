import { formatBytes, formatCount } from '../amounts.ts';
import { LodeError } from '../errors.ts';
import type { Where } from '../git/blobs.ts';
import { findRepository, type Repository } from '../git/repository.ts';
import { isRevision, versionsInRange } from '../git/versions-in-range.ts';
import { hasWholeHistory } from '../git/whole-history.ts';
import { DONE } from '../ui/exit-code.ts';
import { type UsageReport, usageText } from '../ui/usage-text.ts';
import type { Command, CommandContext } from './command.ts';
import { openRemote } from './context.ts';
import { Versions } from './versions.ts';

export const command: Command = {
  name: 'du',
  summary: 'Show what the versions of each path take on the remote, of the current branch or of a range',
  usage: '[<rev-range>…] [-- <path>…]',
  options: {},
  async run(args, options, context) {
    const behind = options['--'];
    const paths = Array.isArray(behind) ? behind.map(String) : [];
    const given = args.slice(0, args.length - paths.length);
    const repository = findRepository(context.cwd, context.env);
    const where = { cwd: context.cwd, env: context.env, signal: context.signal };
    const versions = new Versions();
    for await (const version of versionsInRange(revisions(given, where), paths, where)) versions.add(version);
    if (!hasWholeHistory(repository))
      context.reporter.info('a shallow or partial clone: the versions that it lacks are not counted');
    const report = versions.report(await stored(versions, repository, context));
    if (options.json === true) context.print(`${JSON.stringify(report)}\n`);
    else print(report, context);
    return DONE;
  },
};

/** What `git log` is asked for: HEAD without a word, and nothing where there is no commit yet. */
function revisions(given: readonly string[], where: Where): readonly string[] {
  if (given.length === 0) return isRevision('HEAD', where) ? ['HEAD'] : [];
  for (const revision of given) {
    if (isRevision(revision, where)) continue;
    throw new LodeError('USAGE', 'there is no such ref, commit or range', {
      subject: revision,
      hint: `if it is a path: git lode du -- ${revision}`,
    });
  }
  return given;
}

/** The remote is asked only if there is something to ask for. */
async function stored(
  versions: Versions,
  repository: Repository,
  context: CommandContext,
): Promise<(number | undefined)[]> {
  const objects = versions.objects();
  if (objects.length === 0) return [];
  const { storedBytes } = await import('../remote/stored-bytes.ts');
  const remote = await openRemote(repository, context);
  try {
    return await storedBytes(remote, objects, context);
  } finally {
    remote.close();
  }
}

function print(report: UsageReport, { print, reporter }: CommandContext): void {
  const { paths, total } = report;
  if (paths.length === 0) reporter.info('no commit there has a file that git-lode keeps');
  print(usageText(report));
  if (total.missing === 0) return;
  const what = `${formatCount(total.missing, 'version')}, ${formatBytes(total.missingBytes)}`;
  reporter.info(`not on the remote, and left out of what is stored and of the ratio: ${what}`);
}
