import { nearest } from '../config/nearest.ts';
import { LodeError } from '../errors.ts';
import { DONE } from '../ui/exit-code.ts';
import { commandText, overviewText } from '../ui/help-text.ts';
import { programName } from '../ui/program-name.ts';
import type { Command } from './command.ts';

export const command: Command = {
  name: 'help',
  summary: 'Show what there is, or more of one command',
  usage: '[<command>]',
  options: {},
  async run([verb], _options, { cwd, print }) {
    // The table imports this file.
    const { commands } = await import('./index.ts');
    const program = programName(import.meta.url, cwd);
    if (verb === undefined) {
      const all = await Promise.all(Object.values(commands).map(async (load) => (await load()).command));
      print(overviewText(all, program));
      return DONE;
    }
    if (!Object.hasOwn(commands, verb)) {
      const near = nearest(verb, Object.keys(commands));
      throw new LodeError('USAGE', `there is no command ${verb}`, {
        hint: near === undefined ? 'git lode help' : `did you mean: git lode help ${near}`,
      });
    }
    print(commandText((await commands[verb]!()).command, program));
    return DONE;
  },
};
