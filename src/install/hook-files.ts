import fs from 'node:fs';
import path from 'node:path';
import type { Repository } from '../git/repository.ts';
import { holdsOurs, putHookFile, removeAside, removeHookFiles } from './hook-file.ts';
import { HOOKS } from './hook-names.ts';
import { findHookPlace, type HookFolder } from './hook-place.ts';
import type { Environment } from './installation.ts';
import { hasOtherRc, isLefthookFile, putLefthook } from './lefthook.ts';
import { readBytes } from './own-files.ts';
import type { ProgramFiles } from './program-files.ts';
import { hookBlock, writeHookScripts } from './scripts.ts';

/** Whether the hooks that lefthook will write call us; `refused` where its configuration has no place for that. */
export type LefthookOutcome = 'none' | 'calls' | 'refused';

export type FilesOutcome =
  | { readonly kind: 'off'; readonly hooksPath: string }
  | {
      readonly kind: 'files';
      readonly folder: string;
      /** The file of the pre-push hook: while it stays as it is, so does what was found here. */
      readonly prePush: string;
      readonly changed: boolean;
      readonly lefthook: LefthookOutcome;
    };

export interface HookFilesOptions {
  /** Where the launcher is, if not beside the scripts in the repository. */
  readonly launcher?: string | undefined;
  /** Nobody has asked for it: where there is another way, files that are committed stay as they are. */
  readonly automatic?: boolean;
}

/** Makes hook files call us, for every git. */
export function putHookFiles(
  repository: Repository,
  files: ProgramFiles,
  env: Environment,
  { launcher, automatic = false }: HookFilesOptions = {},
): FilesOutcome {
  writeHookScripts(repository.sharedDir, files, launcher);
  const place = findHookPlace(repository, env);
  if (place.kind === 'off') return place;
  const { folder, style } = automatic ? withoutCommitted(place) : place;
  const lefthook = callFromLefthook(repository, place);
  let changed = false;
  for (const hook of HOOKS) {
    const file = path.join(folder, hook);
    // Where lefthook finds a file of this name it refuses to work.
    removeAside(`${file}.old`);
    changed = putHookFile(file, hookBlock(hook, files), style) || changed;
  }
  // husky has written these anew: what was put there while nobody had asked is not needed twice.
  if (!automatic && place.generated !== undefined) removeHookFiles(place.generated);
  return { kind: 'files', folder, prePush: path.join(folder, 'pre-push'), changed, lefthook };
}

/** husky's own folder is not committed; what is put there lasts until husky's next installation. */
function withoutCommitted(place: HookFolder): HookFolder {
  if (place.generated === undefined || holdsOurs(place.folder)) return place;
  return { kind: 'folder', folder: place.generated, style: 'git' };
}

function callFromLefthook(repository: Repository, { folder, style }: HookFolder): LefthookOutcome {
  if (style !== 'git' || !fs.existsSync(folder)) return 'none';
  const texts = fs
    .readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.includes('.'))
    .map((entry) => readBytes(path.join(folder, entry.name)) ?? '')
    .filter(isLefthookFile);
  if (texts.length === 0) return 'none';
  if (repository.workTree === undefined || texts.some(hasOtherRc)) return 'refused';
  return putLefthook(repository.workTree, repository.commonDir) ? 'calls' : 'refused';
}
