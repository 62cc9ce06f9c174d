import { LodeError } from '../errors.ts';
import { defaultPushRemote, type GitRemote, gitRemotes } from '../git/refs.ts';
import { findRepository, type Repository } from '../git/repository.ts';
import type { PushSummary } from '../remote/push.ts';
import { DONE } from '../ui/exit-code.ts';
import type { Command } from './command.ts';
import { pushContext } from './context.ts';
import { pushLine } from './push-summary.ts';

export const command: Command = {
  name: 'push',
  summary:
    'Upload what the data remote lacks of every branch and tag, or of the refs given; refs are not pushed',
  usage: '[<git remote>] [<ref>…] [--dry-run]',
  options: {
    'dry-run': {
      type: 'boolean',
      short: 'n',
      describe: 'find out what would be uploaded, and upload nothing',
    },
  },
  async run([named, ...refs], options, context) {
    const repository = findRepository(context.cwd, context.env);
    const remotes = findRemotes(repository, named);
    const { pushRefs } = await import('../remote/push.ts');
    const dryRun = options['dry-run'] === true;
    const summaries: (PushSummary & { gitRemote: string })[] = [];
    for (const remote of remotes) {
      const how = { dryRun, distrustRefs: true };
      const summary = await pushRefs(pushContext(repository, context), remote, refs, how);
      summaries.push({ gitRemote: remote.name, ...summary });
      if (options.json !== true) context.reporter.info(pushLine(summary, remote.name, dryRun));
    }
    if (options.json === true) context.print(`${JSON.stringify(summaries)}\n`);
    return DONE;
  },
};

/** One for each URL that the remote pushes to; a URL stands for itself, as it does for `git push`. */
function findRemotes(repository: Repository, named: string | undefined): readonly GitRemote[] {
  const name = named ?? defaultPushRemote(repository);
  if (name === undefined) {
    throw new LodeError('USAGE', 'this repository has no git remote to push to', {
      hint: 'git remote add origin <url>',
    });
  }
  const found = gitRemotes(repository, name);
  if (found.length > 0) return found;
  if (/[:/\\]/.test(name)) return [{ name, url: name }];
  throw new LodeError('USAGE', 'there is no such git remote', { subject: name, hint: 'git remote' });
}
