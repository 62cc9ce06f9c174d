import { isLodeError } from '../errors.ts';
import { git } from '../git/run.ts';
import { DONE } from '../ui/exit-code.ts';
import type { Command } from './command.ts';

/** Put in by the bundler. */
declare const LODE_VERSION: string;

export const command: Command = {
  name: 'version',
  summary: 'Show the versions of git-lode, Node.js and git',
  usage: '',
  options: {},
  async run(_args, options, { cwd, env, print }) {
    const versions = {
      'git-lode': LODE_VERSION,
      node: process.versions.node,
      git: gitVersion(cwd, env),
      platform: `${process.platform}-${process.arch}`,
    };
    if (options.json === true) print(`${JSON.stringify(versions)}\n`);
    else
      print(
        Object.entries(versions)
          .map(([name, version]) => `${name} ${version ?? 'not found'}\n`)
          .join(''),
      );
    return DONE;
  },
};

/** Null where there is no git: that is what somebody may be looking for with this command. */
function gitVersion(cwd: string, env: Readonly<Record<string, string | undefined>>): string | null {
  try {
    const answer = git(['version'], { cwd, env }).stdout.toString('utf8').trim();
    return answer.replace(/^git version /, '');
  } catch (error) {
    if (isLodeError(error, 'GIT_MISSING')) return null;
    throw error;
  }
}
