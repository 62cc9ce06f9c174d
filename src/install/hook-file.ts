import fs from 'node:fs';
import path from 'node:path';
import { LodeError } from '../errors.ts';
import { HOOKS } from './hook-names.ts';
import {
  addToHook,
  chainText,
  type ExistingHook,
  hasBlock,
  isOursAlone,
  removeFromHook,
} from './hook-text.ts';
import { readBytes, writeBytes } from './own-files.ts';

/** `git`: git runs the file. `husky`: husky gives it to sh, and it is committed. */
export type HookStyle = 'git' | 'husky';

/** Puts our lines into a hook file, beside whatever is there. True if something changed. */
export function putHookFile(file: string, block: string, style: HookStyle): boolean {
  const existing = look(file, style);
  const change = addToHook(existing, block, style === 'git');
  if (change.kind === 'none') return false;
  if (change.kind === 'write') return writeBytes(file, change.text, modeFor(file, style));
  const suffix = freeSuffix(file);
  fs.renameSync(file, `${file}.${suffix}`);
  try {
    writeBytes(file, chainText(block, suffix), 0o755);
  } catch (error) {
    fs.renameSync(`${file}.${suffix}`, file);
    throw error;
  }
  return true;
}

/** Takes exactly our lines away again. True if something changed. */
export function removeHookFile(file: string): boolean {
  const stat = fs.lstatSync(file, { throwIfNoEntry: false });
  if (!stat?.isFile()) return false;
  const removal = removeFromHook(readBytes(file) ?? '');
  switch (removal.kind) {
    case 'none':
      return false;
    case 'write':
      return writeBytes(file, removal.text, stat.mode & 0o777);
    case 'delete':
      fs.rmSync(file);
      return true;
    case 'restore':
      if (exists(`${file}.${removal.suffix}`)) fs.renameSync(`${file}.${removal.suffix}`, file);
      else fs.rmSync(file);
      return true;
  }
}

/** Takes our lines out of all hooks of a folder, and what another tool has put aside of them. */
export function removeHookFiles(folder: string): void {
  for (const hook of HOOKS) {
    removeHookFile(path.join(folder, hook));
    removeAside(path.join(folder, `${hook}.old`));
  }
}

/** True if a push runs our lines in this folder. */
export function holdsOurs(folder: string): boolean {
  return hasBlock(readBytes(path.join(folder, 'pre-push')) ?? '');
}

/** Removes a copy of our own hook that another tool has put aside: `pre-push.old`. */
export function removeAside(file: string): void {
  const stat = fs.lstatSync(file, { throwIfNoEntry: false });
  if (stat?.isFile() && isOursAlone(readBytes(file) ?? '')) fs.rmSync(file);
}

function look(file: string, style: HookStyle): ExistingHook | undefined {
  const stat = fs.lstatSync(file, { throwIfNoEntry: false });
  if (stat === undefined) return undefined;
  if (stat.isDirectory()) {
    throw new LodeError('PATH_UNSAFE', 'a folder is in the place of a hook', { subject: file });
  }
  const regular = stat.isFile();
  const bits = style === 'husky' || process.platform === 'win32' || (stat.mode & 0o111) !== 0;
  return { text: regular ? (readBytes(file) ?? '') : '', regular, runs: bits };
}

function modeFor(file: string, style: HookStyle): number {
  const stat = fs.lstatSync(file, { throwIfNoEntry: false });
  if (stat !== undefined) return stat.mode & 0o777;
  return style === 'git' ? 0o755 : 0o644;
}

function freeSuffix(file: string): string {
  const names = ['before-git-lode', ...Array.from({ length: 8 }, (_, n) => `before-git-lode-${n + 2}`)];
  const free = names.find((suffix) => !exists(`${file}.${suffix}`));
  if (free !== undefined) return free;
  throw new LodeError('PATH_UNSAFE', 'too many hooks have been put aside here', {
    subject: file,
    hint: `look at ${file}.before-git-lode and those beside it, and remove what is not needed`,
  });
}

function exists(file: string): boolean {
  return fs.lstatSync(file, { throwIfNoEntry: false }) !== undefined;
}
