import fs from 'node:fs';
import path from 'node:path';
import { HOOKS, type HookName, templateOf } from './hook-names.ts';
import { type Environment, hookScript, launcherFile } from './installation.ts';
import { removeIfEmpty, writeBytes } from './own-files.ts';
import { type ProgramFiles, readTemplate } from './program-files.ts';
import { fillTemplate, shellPath, shellQuote } from './shell.ts';

/** Writes the launcher, which knows where this Node and this program are. */
export function writeLauncher(folder: string, files: ProgramFiles, env: Environment): void {
  const nodes = recordedNodes(process.execPath, env).map((node) => shellQuote(shellPath(node)));
  const text = fillTemplate(readTemplate(files, 'launcher'), {
    DIST: shellQuote(shellPath(files.dist)),
    NODE: nodes[0]!,
    NODES: nodes.join(' '),
  });
  writeScript(launcherFile(folder), text);
}

/**
 * The paths to try for Node: the running one, and the name on PATH that leads to it. A package manager may remove the first at an
 * upgrade, and keep the second.
 */
export function recordedNodes(execPath: string, env: Environment): readonly string[] {
  const name = path.basename(execPath);
  const named = (env.PATH ?? env.Path ?? '')
    .split(path.delimiter)
    .filter((folder) => path.isAbsolute(folder))
    .map((folder) => path.join(folder, name))
    .find((file) => file !== execPath && realPath(file) === realPath(execPath));
  return named === undefined ? [execPath] : [execPath, named];
}

function realPath(file: string): string | undefined {
  try {
    return fs.realpathSync(file);
  } catch {
    // A folder of PATH that we may not look into is not where Node came from.
    return undefined;
  }
}

/**
 * Writes the scripts that hook files and git's configuration call. Without `launcher` they use the one beside them, wherever
 * the folder is moved to.
 */
export function writeHookScripts(folder: string, files: ProgramFiles, launcher?: string): void {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: the placeholder is the shell's
  const used = launcher === undefined ? '"${0%/*}/../launcher"' : shellQuote(shellPath(launcher));
  for (const hook of HOOKS) {
    const text = fillTemplate(readTemplate(files, templateOf(hook)), { LAUNCHER: used, HOOK: hook });
    writeScript(hookScript(folder, hook), text);
  }
  const rc = fillTemplate(readTemplate(files, 'lefthook'), { PUSH: hookBlock('pre-push', files) });
  writeScript(lefthookScript(folder), rc);
}

export function removeHookScripts(folder: string): void {
  for (const hook of HOOKS) fs.rmSync(hookScript(folder, hook), { force: true });
  fs.rmSync(lefthookScript(folder), { force: true });
  removeIfEmpty(path.join(folder, 'hooks'));
}

export function removeLauncher(folder: string): void {
  fs.rmSync(launcherFile(folder), { force: true });
}

/** The marked lines for a hook file that is not ours alone. */
export function hookBlock(hook: HookName, files: ProgramFiles): string {
  return fillTemplate(readTemplate(files, `block-${templateOf(hook)}`), { HOOK: hook });
}

function lefthookScript(folder: string): string {
  return path.join(folder, 'hooks', 'lefthook');
}

function writeScript(file: string, text: string): void {
  writeBytes(file, Buffer.from(text, 'utf8').toString('latin1'), 0o755);
}
