import { LodeError } from '../errors.ts';
import type { Repository } from '../git/repository.ts';
import type { Environment, Settings } from './settings.ts';

/**
 * The settings of a repository: the committed file at the top of the working tree (in a bare repository: of HEAD's
 * tree), overridden by `git config lode.*` of this machine. Throws CONFIG_INVALID and CONFIG_SECRET.
 */
export async function loadSettings(_repository: Repository, _env: Environment): Promise<Settings> {
  throw new LodeError('INTERNAL', 'loadSettings is being written');
}
