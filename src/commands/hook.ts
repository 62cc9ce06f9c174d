import { LodeError } from '../errors.ts';
import { findRepository } from '../git/repository.ts';
import { DONE } from '../ui/exit-code.ts';
import type { Command, CommandContext } from './command.ts';
import { drainDependencies, pushContext } from './context.ts';
import { uploadedLine } from './push-summary.ts';

/** What the installed hooks call; the arguments after the hook's name are git's own. See githooks(5). */
export const command: Command = {
  name: 'hook',
  summary: 'Do the work of a git hook',
  usage: '<hook> [<argument>…]',
  options: {},
  async run([hook, ...args], _options, context) {
    switch (hook) {
      case 'pre-push':
        await prePush(args, context);
        return DONE;
      case 'post-checkout':
      case 'post-merge':
      case 'pre-merge-commit':
        await drain(context);
        return DONE;
      default:
        throw new LodeError('USAGE', `there is no hook ${hook ?? 'of no name'} of ours`);
    }
  },
};

/** A failure stops git's push: refs must not go up without their data. */
async function prePush([name, url]: readonly string[], context: CommandContext): Promise<void> {
  if (name === undefined || url === undefined) {
    throw new LodeError('USAGE', 'pre-push needs the name and the URL of the git remote');
  }
  const { parsePrePush } = await import('../remote/push-updates.ts');
  const updates = parsePrePush(await context.readInput());
  if (updates.length === 0) return;
  const { pushObjects } = await import('../remote/push.ts');
  const repository = findRepository(context.cwd, context.env);
  const line = uploadedLine(await pushObjects(pushContext(repository, context), { name, url }, updates));
  if (line !== undefined) context.reporter.info(line);
}

/** What could not be finished has been told, stays in the journal, and is no reason to stop git. */
async function drain(context: CommandContext): Promise<void> {
  const repository = findRepository(context.cwd, context.env);
  const { drainJournal } = await import('../worktree/drain.ts');
  await drainJournal(repository, drainDependencies(repository, context), { running: true });
}
