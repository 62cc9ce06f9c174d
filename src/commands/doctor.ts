import { LodeError } from '../errors.ts';
import { findRepository } from '../git/repository.ts';
import { DONE, FINDINGS } from '../ui/exit-code.ts';
import { findingsText } from '../ui/findings-text.ts';
import { programName } from '../ui/program-name.ts';
import type { Command } from './command.ts';
import { checkFiles } from './doctor/files.ts';
import { checkInstallation } from './doctor/installation.ts';
import { checkMachine } from './doctor/machine.ts';
import { checkRemote } from './doctor/remote.ts';
import { ROLE_OPTION, roleOf } from './role.ts';

export const command: Command = {
  name: 'doctor',
  summary:
    'Check this machine, the installation and each right on the data remote, and say what to do about it',
  usage: '',
  options: { role: ROLE_OPTION },
  async run(args, options, context) {
    if (args.length > 0)
      throw new LodeError('USAGE', 'doctor takes no argument', { hint: 'git lode help doctor' });
    const role = roleOf(options.role);
    const repository = findRepository(context.cwd, context.env);
    const findings = [
      ...checkMachine(repository, context),
      ...checkInstallation(repository, context),
      ...(await checkFiles(repository, context)),
      ...(await checkRemote(repository, role, context)),
    ];
    if (options.json === true) context.print(`${JSON.stringify(findings)}\n`);
    else context.print(findingsText(findings, programName(import.meta.url, context.cwd)));
    return findings.some(({ state }) => state === 'fault') ? FINDINGS : DONE;
  },
};
