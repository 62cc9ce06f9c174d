import fs from 'node:fs';
import path from 'node:path';
import type { Repository } from '../git/repository.ts';
import { putHookFile, removeAside, removeHookFile } from './hook-file.ts';
import { DRAIN_HOOKS, HOOKS, type HookName } from './hook-names.ts';
import { findHookPlace, type HookPlace } from './hook-place.ts';
import { type Environment, hookScript } from './installation.ts';
import { isLefthookFile, putLefthook } from './lefthook.ts';
import { readBytes } from './own-files.ts';
import type { ProgramFiles } from './program-files.ts';
import { hookBlock, writeHookScripts } from './scripts.ts';

export type FilesOutcome =
  | { readonly kind: 'off'; readonly hooksPath: string }
  | {
      readonly kind: 'files';
      readonly folder: string;
      /** The file of the pre-push hook: while it stays as it is, so does what was found here. */
      readonly prePush: string;
      readonly changed: boolean;
      /** Whether lefthook calls us itself; `refused` where its local configuration could not be added to. */
      readonly lefthook: 'none' | 'calls' | 'refused';
    };

/** Makes hook files call us, for every git. `launcher`: where it is, if not beside the scripts in the repository. */
export function putHookFiles(
  repository: Repository,
  files: ProgramFiles,
  env: Environment,
  launcher?: string,
): FilesOutcome {
  writeHookScripts(repository.sharedDir, files, launcher);
  const place = findHookPlace(repository, env);
  if (place.kind === 'off') return place;
  const generated = lefthookHooks(place);
  const lefthook = generated === undefined ? 'none' : callFromLefthook(repository, generated);
  let changed = false;
  for (const hook of HOOKS) {
    const file = path.join(place.folder, hook);
    removeAside(`${file}.old`);
    const lefthookCalls = lefthook === 'calls' && generated!.includes(hook);
    const touched = lefthookCalls
      ? removeHookFile(file)
      : putHookFile(file, hookBlock(hook, files), place.style);
    changed ||= touched;
  }
  return {
    kind: 'files',
    folder: place.folder,
    prePush: path.join(place.folder, 'pre-push'),
    changed,
    lefthook,
  };
}

/** Which of our hooks lefthook has generated; undefined if none of the files here is its own. */
function lefthookHooks(place: HookPlace): readonly HookName[] | undefined {
  if (place.kind === 'off' || place.style !== 'git') return undefined;
  const isGenerated = (name: string) => isLefthookFile(readBytes(path.join(place.folder, name)) ?? '');
  const names = fs.existsSync(place.folder) ? fs.readdirSync(place.folder, { withFileTypes: true }) : [];
  const hooks = names.filter(
    (entry) => entry.isFile() && !entry.name.includes('.') && isGenerated(entry.name),
  );
  if (hooks.length === 0) return undefined;
  return HOOKS.filter((hook) => hooks.some(({ name }) => name === hook));
}

function callFromLefthook(repository: Repository, generated: readonly HookName[]): 'calls' | 'refused' {
  if (repository.workTree === undefined) return 'refused';
  // pre-push also where lefthook has none yet: it would put ours aside on the day that it gets one.
  const hooks = [...DRAIN_HOOKS.filter((hook) => generated.includes(hook)), 'pre-push' as const];
  const scriptOf = (hook: HookName) => hookScript(repository.sharedDir, hook);
  return putLefthook(repository.workTree, repository.commonDir, hooks, scriptOf) ? 'calls' : 'refused';
}
