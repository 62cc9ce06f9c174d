import { requireRemote } from '../config/acceptance.ts';
import { LodeError } from '../errors.ts';
import { findRepository } from '../git/repository.ts';
import { DONE } from '../ui/exit-code.ts';
import type { Command } from './command.ts';
import { policyFor } from './policy-document.ts';
import { ROLE_OPTION, roleOf } from './role.ts';

export const command: Command = {
  name: 'policy',
  summary: 'Print the smallest IAM policy that a role needs on the bucket of this repository',
  usage: '',
  options: { role: ROLE_OPTION },
  async run(args, options, context) {
    if (args.length > 0)
      throw new LodeError('USAGE', 'policy takes no argument', { hint: 'git lode policy --role reader' });
    const role = roleOf(options.role);
    const remote = await requireRemote(
      findRepository(context.cwd, context.env),
      context.env,
      context.reporter,
    );
    if (remote.kind !== 's3') {
      throw new LodeError('USAGE', 'a folder has no policy: the rights of its files are what counts', {
        subject: remote.url,
        hint: `git lode doctor --role ${role}`,
      });
    }
    context.print(`${JSON.stringify(policyFor(remote, role), undefined, 2)}\n`);
    return DONE;
  },
};
