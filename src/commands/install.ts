import { formatCount } from '../amounts.ts';
import { accept, isAccepted, remoteIdentity } from '../config/acceptance.ts';
import { loadSettings } from '../config/load.ts';
import type { Settings } from '../config/settings.ts';
import { isLodeError, LodeError } from '../errors.ts';
import { throwIfGitRefuses } from '../git/refusal.ts';
import { findRepository, type Repository } from '../git/repository.ts';
import { committedForm, writeCommittedRemote } from '../install/committed-remote.ts';
import { type HooksOutcome, installForUser, installInRepository } from '../install/install.ts';
import { noHooks } from '../install/put-in-place.ts';
import { DONE, EXIT_CODES } from '../ui/exit-code.ts';
import type { Command, CommandContext } from './command.ts';
import { drainDependencies } from './context.ts';

export const command: Command = {
  name: 'install',
  summary: 'Set git-lode up for this repository, and put the content of all its files in place',
  usage: '[<url>]',
  options: { global: { type: 'boolean', describe: 'for all repositories of this user' } },
  async run([url, ...more], { global }, context) {
    if (more.length > 0)
      throw new LodeError('USAGE', 'install takes one remote', { hint: 'git lode help install' });
    if (global === true) return installGlobally(url, context);
    try {
      return await installHere(url, context);
    } catch (error) {
      if (!isLodeError(error) || !isRunByPackageManager(context.env)) throw error;
      // Somebody asked for an `npm install`, in a container without git or a build without credentials, and should get it.
      context.reporter.warn(
        `not set up: ${error.message}${error.hint === undefined ? '' : `\n  ${error.hint}`}`,
      );
      return DONE;
    }
  },
};

/** `"prepare": "git-lode install"`, and the other scripts that an installation of packages runs. */
export function isRunByPackageManager(env: CommandContext['env']): boolean {
  return /^(?:(?:pre|post)?(?:install|prepare)|prepublish)$/.test(env.npm_lifecycle_event ?? '');
}

function installGlobally(url: string | undefined, { cwd, env, reporter }: CommandContext): number {
  if (url !== undefined) {
    throw new LodeError('USAGE', 'a remote belongs to a repository, and --global to all of them', {
      hint: `git lode install --global, then in the repository: git lode install ${url}`,
    });
  }
  const configured = installForUser(cwd, env);
  const hooks = configured ? '' : '; its hooks go into each repository when it first works there';
  reporter.info(`set up for your user${hooks}`);
  return DONE;
}

async function installHere(url: string | undefined, context: CommandContext): Promise<number> {
  const { cwd, env, reporter } = context;
  const repository = findRepository(cwd, env);
  throwIfGitRefuses({ cwd, env });
  if (url !== undefined) {
    const remote = committedForm(url, cwd);
    if (await writeCommittedRemote(repository, env, remote)) {
      reporter.info(`the remote is in .git-lode.json; others need it too: git add .git-lode.json`);
    }
  }
  tell(installInRepository(repository, env), context);
  const settings = await loadSettings(repository, env);
  agree(settings, context);
  return repository.workTree === undefined ? DONE : materialise(repository, context);
}

function tell(hooks: HooksOutcome, { reporter }: CommandContext): void {
  switch (hooks.kind) {
    case 'configuration':
      reporter.info("set up here, with hooks in git's configuration");
      return;
    case 'off':
      reporter.info('set up here');
      reporter.warn(noHooks(hooks.hooksPath));
      return;
    case 'files':
      reporter.info(`set up here, with hooks in ${hooks.folder}`);
      if (hooks.lefthook === 'refused') reporter.warn(lefthookRefused());
  }
}

function lefthookRefused(): string {
  return (
    'lefthook drops our lines when it writes its hooks anew, and its configuration has an rc file of its own; add to that:\n' +
    '  . "$(git rev-parse --git-common-dir)/lode/hooks/lefthook"'
  );
}

/** To run `install` is to agree to the remote: what is agreed to is said. */
function agree(settings: Settings, { env, reporter }: CommandContext): void {
  for (const warning of settings.warnings) reporter.warn(warning);
  if (settings.remote === undefined) {
    reporter.info('no data remote is named yet: git lode install <s3://bucket/prefix or folder>');
    return;
  }
  const known = isAccepted(settings, env);
  accept(settings, env);
  reporter.info(
    `${known ? 'data remote' : 'data remote, accepted from now on'}: ${remoteIdentity(settings.remote)}`,
  );
}

async function materialise(repository: Repository, context: CommandContext): Promise<number> {
  const { materialiseAll } = await import('../worktree/materialise-all.ts');
  const { materialised, left } = await materialiseAll(repository, drainDependencies(repository, context));
  context.signal.throwIfAborted();
  if (materialised > 0) context.reporter.info(`${formatCount(materialised, 'file')} put in place`);
  return left.length === 0 || isRunByPackageManager(context.env) ? DONE : EXIT_CODES.INCOMPLETE;
}
