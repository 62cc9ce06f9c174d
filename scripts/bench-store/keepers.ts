import type { Keeper } from './keeper.ts';
import { borg } from './keepers/borg.ts';
import { chunks } from './keepers/chunks.ts';
import { git } from './keepers/git.ts';
import { gitLode } from './keepers/git-lode.ts';
import { restic } from './keepers/restic.ts';

/** Other programs, which may not be installed. */
export const PEERS: readonly Keeper[] = [git, restic, borg];

export const OWN: readonly Keeper[] = [chunks, gitLode];
