import { LodeError } from '../errors.ts';
import type { Command } from './command.ts';

export const command: Command = {
  name: 'track',
  summary: 'Name the files that git-lode keeps, or list the patterns',
  usage: '[<pattern>…]',
  options: { json: { type: 'boolean', describe: 'list as JSON' } },
  async run() {
    throw new LodeError('INTERNAL', 'track is being written');
  },
};
