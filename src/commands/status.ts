import { LodeError } from '../errors.ts';
import { findRepository } from '../git/repository.ts';
import { DONE, FINDINGS } from '../ui/exit-code.ts';
import { programName } from '../ui/program-name.ts';
import { isWhole, statusText } from '../ui/status-text.ts';
import type { Command } from './command.ts';

export const command: Command = {
  name: 'status',
  summary: 'Show what waits to be uploaded, which files are still pointers, and what to do about it',
  usage: '',
  options: {},
  async run(args, options, context) {
    if (args.length > 0)
      throw new LodeError('USAGE', 'status takes no argument', { hint: 'git lode help status' });
    const { survey } = await import('./survey.ts');
    const report = await survey(findRepository(context.cwd, context.env), context);
    if (options.json === true) context.print(`${JSON.stringify(report)}\n`);
    else context.print(statusText(report, programName(import.meta.url, context.cwd)));
    return isWhole(report) ? DONE : FINDINGS;
  },
};
