import fs from 'node:fs';
import path from 'node:path';
import type { HookName } from './hook-names.ts';
import { readBytes, writeBytes } from './own-files.ts';
import { shellPath } from './shell.ts';

/**
 * lefthook writes its hook files anew whenever its configuration changes, and would drop lines of ours without a word. So
 * it calls us itself: `lefthook-local.yml` is where its manual puts the jobs of one machine.
 */
const BLOCK = /^# >>> git-lode hook \d+\b[^\n]*\n[\s\S]*?^# <<< git-lode hook\r?\n?/m;
/** https://lefthook.dev/configuration/: the files that lefthook takes its local configuration from. */
const LOCAL_FILE = /^\.?lefthook-local\.(?:ya?ml|toml|jsonc?)$/;
const OWN_FILE = 'lefthook-local.yml';
const EXCLUDED = `/${OWN_FILE}`;

/** True for a hook file that lefthook generated; it looks for the same word itself. */
export function isLefthookFile(text: string): boolean {
  return text.includes('LEFTHOOK');
}

/** The part of a configuration that makes lefthook run our scripts. */
export function lefthookBlock(hooks: readonly HookName[], scriptOf: (hook: HookName) => string): string {
  const jobs = hooks.map((hook) => {
    // Double quotes, since on Windows no shell reads the line; two pairs, since YAML reads it first.
    const script = shellPath(scriptOf(hook)).replace(/["$`\\]/g, '\\$&');
    const run = `sh "${script}"${hook === 'pre-push' ? ' "{1}" "{2}"' : ''}`.replaceAll("'", "''");
    const stdin = hook === 'pre-push' ? '      use_stdin: true\n' : '';
    return `${hook}:\n  commands:\n    git-lode:\n      run: '${run}'\n${stdin}`;
  });
  return `# >>> git-lode hook 1: \`git lode uninstall\` takes these lines away\n${jobs.join('')}# <<< git-lode hook\n`;
}

/** Adds our block to YAML, or undefined where that is not safe: one of the hooks has a place in the file already. */
export function addToLefthook(
  text: string | undefined,
  block: string,
  hooks: readonly HookName[],
): string | undefined {
  const rest = (text ?? '').replace(BLOCK, '');
  const taken = hooks.some((hook) => new RegExp(`^(?:${hook}|"${hook}"|'${hook}')\\s*:`, 'm').test(rest));
  if (taken || /^\s*[{[]/.test(rest) || /^(?:---|\.\.\.)\s*$/m.test(rest)) return undefined;
  if (rest === '') return block;
  return `${rest}${rest.endsWith('\n') ? '' : '\n'}${block}`;
}

/** Makes lefthook call us. False where its local configuration cannot be added to. */
export function putLefthook(
  top: string,
  commonDir: string,
  hooks: readonly HookName[],
  scriptOf: (hook: HookName) => string,
): boolean {
  const present = fs.readdirSync(top).filter((name) => LOCAL_FILE.test(name));
  const name = present[0] ?? OWN_FILE;
  const file = path.join(top, name);
  if (present.length > 1 || !/\.ya?ml$/.test(name)) return false;
  const stat = fs.lstatSync(file, { throwIfNoEntry: false });
  if (stat !== undefined && !stat.isFile()) return false;
  const block = Buffer.from(lefthookBlock(hooks, scriptOf), 'utf8').toString('latin1');
  const text = addToLefthook(readBytes(file), block, hooks);
  if (text === undefined) return false;
  if (stat === undefined) exclude(commonDir);
  writeBytes(file, text, stat === undefined ? 0o644 : stat.mode & 0o777);
  return true;
}

/** Takes exactly our block away again, and the file if nothing else was in it. True if something changed. */
export function removeLefthook(top: string, commonDir: string): boolean {
  const changed = fs.readdirSync(top).filter((name) => {
    const file = path.join(top, name);
    if (!LOCAL_FILE.test(name) || !fs.lstatSync(file).isFile()) return false;
    const text = readBytes(file) ?? '';
    if (!BLOCK.test(text)) return false;
    const rest = text.replace(BLOCK, '');
    if (rest === '') fs.rmSync(file);
    else writeBytes(file, rest, fs.lstatSync(file).mode & 0o777);
    return true;
  });
  unexclude(commonDir);
  return changed.length > 0;
}

const EXCLUDE_NOTE = '# git-lode hook: lefthook calls it from here';

/** The file is this machine's business: git is not to show it as untracked. */
function exclude(commonDir: string): void {
  const file = path.join(commonDir, 'info', 'exclude');
  const text = readBytes(file) ?? '';
  if (text.includes(`${EXCLUDE_NOTE}\n`)) return;
  const start = text === '' || text.endsWith('\n') ? text : `${text}\n`;
  writeBytes(file, `${start}${EXCLUDE_NOTE}\n${EXCLUDED}\n`, 0o644);
}

function unexclude(commonDir: string): void {
  const file = path.join(commonDir, 'info', 'exclude');
  const text = readBytes(file);
  const left = text?.replace(`${EXCLUDE_NOTE}\n${EXCLUDED}\n`, '');
  if (left !== undefined && left !== text) writeBytes(file, left, 0o644);
}
