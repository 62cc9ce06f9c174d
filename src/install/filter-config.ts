import { readConfig, unsetConfig, writeConfig } from '../git/config-values.ts';
import { commandFor, type Installation, launcherFile } from './installation.ts';

const PATTERN = '^filter\\.lode\\.';

/** The filter's settings. `required` last: until all of it is there, git passes files through. */
export function filterSettings(
  installation: Pick<Installation, 'kind' | 'folder'>,
): readonly (readonly [string, string])[] {
  const command = (args: string) => commandFor(installation, launcherFile(installation.folder), args);
  // In these two git replaces %f by the file's name and %% by a percent sign; in `process` it replaces nothing.
  const oneShot = (verb: string) => `${command(verb).replaceAll('%', '%%')} %f`;
  return [
    ['filter.lode.process', command('filter-process')],
    ['filter.lode.clean', oneShot('clean')],
    ['filter.lode.smudge', oneShot('smudge')],
    ['filter.lode.required', 'true'],
  ];
}

export function writeFilterConfig(installation: Installation): void {
  writeConfig(installation, readConfig(installation, PATTERN), filterSettings(installation));
}

export function removeFilterConfig(installation: Installation): void {
  const keys = filterSettings(installation).map(([key]) => key);
  unsetConfig(installation, readConfig(installation, PATTERN), keys.reverse());
}

/** True if files with `filter=lode` go through a filter here, whoever set it up. */
export function hasFilter(where: Pick<Installation, 'cwd' | 'env'>): boolean {
  return readConfig(where, '^filter\\.lode\\.(process|clean)$').size > 0;
}
