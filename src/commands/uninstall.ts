import { LodeError } from '../errors.ts';
import { inside } from '../git/inside.ts';
import { keptFiles } from '../git/kept-files.ts';
import { findRepository } from '../git/repository.ts';
import { isInstalledForUser, uninstallForUser, uninstallFromRepository } from '../install/uninstall.ts';
import { DONE } from '../ui/exit-code.ts';
import type { Command } from './command.ts';

export const command: Command = {
  name: 'uninstall',
  summary: "Take git-lode's filter, launcher and hooks away again; the data stays",
  usage: '',
  options: { global: { type: 'boolean', describe: 'for all repositories of this user' } },
  async run(args, { global }, { cwd, env, reporter }) {
    if (args.length > 0)
      throw new LodeError('USAGE', 'uninstall takes no argument', { hint: 'git lode help uninstall' });
    if (global === true) {
      const left = uninstallForUser(cwd, env);
      reporter.info('no longer set up for your user');
      for (const folder of left) reporter.warn(`its hooks could not be taken out of ${folder}`);
      return DONE;
    }
    const repository = findRepository(cwd, env);
    const shared = uninstallFromRepository(repository, env);
    reporter.info('no longer set up in this repository');
    for (const folder of shared) {
      reporter.info(
        `its lines stay in the hooks of ${folder}, which other repositories use; here they do nothing`,
      );
    }
    if (isInstalledForUser(cwd, env)) {
      reporter.info('it is still set up for your user, here too; to end that: git lode uninstall --global');
    } else if (keptFiles(inside(repository, env)).length > 0) {
      reporter.warn(
        'git will add the files of .gitattributes with their whole content from now on; to prevent it: git lode install',
      );
    }
    return DONE;
  },
};
