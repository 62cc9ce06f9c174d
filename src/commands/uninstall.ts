import { LodeError } from '../errors.ts';
import type { Command } from './command.ts';

export const command: Command = {
  name: 'uninstall',
  summary: "Take git-lode's filter, launcher and hooks away again",
  usage: '[--global]',
  options: { global: { type: 'boolean', describe: 'for every repository of this user' } },
  async run() {
    throw new LodeError('INTERNAL', 'uninstall is being written');
  },
};
