import { formatCount } from '../amounts.ts';
import { LodeError } from '../errors.ts';
import { findRepository } from '../git/repository.ts';
import { DONE, EXIT_CODES } from '../ui/exit-code.ts';
import type { Command } from './command.ts';
import { drainDependencies, pushContext } from './context.ts';

export const command: Command = {
  name: 'pull',
  summary: 'Put the content of every file in place that is still a pointer',
  usage: '',
  options: {},
  async run(args, options, context) {
    if (args.length > 0)
      throw new LodeError('USAGE', 'pull takes no argument', { hint: 'git lode help pull' });
    const repository = findRepository(context.cwd, context.env);
    if (repository.workTree === undefined) {
      throw new LodeError('USAGE', 'a bare repository has no files to put content in', {
        hint: 'git lode fetch',
      });
    }
    const { materialiseAll } = await import('../worktree/materialise-all.ts');
    const { materialised, left } = await materialiseAll(repository, drainDependencies(repository, context));
    context.signal.throwIfAborted();
    const { finishPushes } = await import('../remote/push-finish.ts');
    await finishPushes(pushContext(repository, context));
    if (options.json === true) context.print(`${JSON.stringify({ materialised, left })}\n`);
    else if (materialised > 0) context.reporter.info(`${formatCount(materialised, 'file')} put in place`);
    else if (left.length === 0) context.reporter.info('every file has its content');
    return left.length === 0 ? DONE : EXIT_CODES.INCOMPLETE;
  },
};
