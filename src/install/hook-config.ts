import { readConfig, unsetConfig, writeConfig } from '../git/config-values.ts';
import { HOOKS } from './hook-names.ts';
import { commandFor, hookScript, type Installation, launcherFile } from './installation.ts';

const PATTERN = '^hook\\.lode-';

/** Hooks as git 2.54 and newer take them from configuration. An event whose command is missing is fatal to git: command first. */
export function hookSettings(
  installation: Pick<Installation, 'kind' | 'folder'>,
): readonly (readonly [string, string])[] {
  const { folder } = installation;
  return HOOKS.flatMap((hook) => {
    // The script of pre-push steps aside for this very setting, so that a hook file does not do the work again.
    const command =
      hook === 'pre-push'
        ? commandFor(installation, launcherFile(folder), 'hook pre-push')
        : commandFor(installation, hookScript(folder, hook));
    return [
      [`hook.lode-${hook}.command`, command],
      [`hook.lode-${hook}.event`, hook],
    ] as const;
  });
}

export function writeHookConfig(installation: Installation): void {
  writeConfig(installation, readConfig(installation, PATTERN), hookSettings(installation));
}

export function removeHookConfig(installation: Installation): void {
  const keys = hookSettings(installation).map(([key]) => key);
  unsetConfig(installation, readConfig(installation, PATTERN), keys.reverse());
}

/** True if the configuration in effect names our pre-push hook, in whichever file. */
export function hasHookConfig(where: Pick<Installation, 'cwd' | 'env'>): boolean {
  return readConfig(where, '^hook\\.lode-pre-push\\.event$').size > 0;
}
