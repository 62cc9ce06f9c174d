import { LodeError } from '../errors.ts';
import type { Command } from './command.ts';

export const command: Command = {
  name: 'install',
  summary: 'Set git-lode up for this repository, and put the content of all its files in place',
  usage: '[<url>] [--global]',
  options: { global: { type: 'boolean', describe: 'for every repository of this user' } },
  async run() {
    throw new LodeError('INTERNAL', 'install is being written');
  },
};
