import type { Command } from './command.ts';

/** `git-lode filter-process`, `clean`, `smudge`: a launcher whose program has moved finds only the name `git-lode` on PATH. */
export const command: Command = {
  name: 'filter-process',
  summary: 'Be the filter that git runs',
  usage: '',
  options: {},
  async run() {
    await import('../filter/main.ts');
    return Number(process.exitCode ?? 0);
  },
};
