import { LodeError } from '../errors.ts';
import type { Command } from './command.ts';

export const command: Command = {
  name: 'untrack',
  summary: 'Give files back to plain git',
  usage: '<pattern>…',
  options: {},
  async run() {
    throw new LodeError('INTERNAL', 'untrack is being written');
  },
};
