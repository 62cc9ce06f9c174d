import type { Command } from './command.ts';

/** Every verb, loaded when chosen. Each file exports `command`. The order is that of the help. */
export const commands: Readonly<Record<string, () => Promise<{ readonly command: Command }>>> = {
  install: () => import('./install.ts'),
  uninstall: () => import('./uninstall.ts'),
  track: () => import('./track.ts'),
  untrack: () => import('./untrack.ts'),
  status: () => import('./status.ts'),
  push: () => import('./push.ts'),
  pull: () => import('./pull.ts'),
  fix: () => import('./fix.ts'),
  fetch: () => import('./fetch.ts'),
  cat: () => import('./cat.ts'),
  du: () => import('./du.ts'),
  doctor: () => import('./doctor.ts'),
  policy: () => import('./policy.ts'),
  version: () => import('./version.ts'),
  help: () => import('./help.ts'),
};

/** Called by the installed hooks and the launcher, with arguments of git's, and listed nowhere. */
export const hiddenCommands: typeof commands = {
  hook: () => import('./hook.ts'),
  'filter-process': () => import('./filter.ts'),
  clean: () => import('./filter.ts'),
  smudge: () => import('./filter.ts'),
};
