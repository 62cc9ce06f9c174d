import fs from 'node:fs';
import path from 'node:path';
import { readBytes, writeBytes } from './own-files.ts';

/*
 * lefthook writes its hook files anew whenever its configuration changes, and drops lines of ours without a word. What it always writes
 * into them is a line that sources the file `rc` of its configuration: that runs us, with the hook's own arguments and standard
 * input. A job of its configuration would not do: lefthook skips jobs by `only`, `skip`, and before a push also where
 * HEAD's files are no others than upstream's, whatever else is pushed.
 */
const BLOCK = /^# >>> git-lode hook \d+\b[^\n]*\n[\s\S]*?^# <<< git-lode hook\r?\n?/m;
const LINES = [
  '# >>> git-lode hook 1: `git lode uninstall` takes these lines away',
  `rc: '"$(git rev-parse --git-common-dir)/lode/hooks/lefthook"'`,
  '# <<< git-lode hook',
  '',
].join('\n');

/** https://lefthook.dev/configuration/: the files that lefthook takes the configuration of one machine from. */
const LOCAL_FILE = /^\.?lefthook-local\.(?:ya?ml|toml|jsonc?)$/;
const OWN_FILE = 'lefthook-local.yml';
const EXCLUDED = `# git-lode hook: lefthook calls it from here\n/${OWN_FILE}\n`;

/** True for a hook file that lefthook generated; it looks for the same word itself. */
export function isLefthookFile(text: string): boolean {
  return text.includes('LEFTHOOK');
}

/** True if a generated hook file sources a file of somebody else's, which ours would take the place of. */
export function hasOtherRc(text: string): boolean {
  return /^\[ -f (?!.*\/lode\/hooks\/lefthook).* \] && \. /m.test(text);
}

/** Adds our lines to a local configuration in YAML, or undefined where that is not safe. */
export function addToLefthook(text: string | undefined): string | undefined {
  const rest = (text ?? '').replace(BLOCK, '');
  const taken = /^(?:rc|"rc"|'rc')\s*:/m.test(rest);
  if (taken || /^\s*[{[]/.test(rest) || /^(?:---|\.\.\.)\s*$/m.test(rest)) return undefined;
  return rest === '' || rest.endsWith('\n') ? rest + LINES : `${rest}\n${LINES}`;
}

/** Makes the hooks that lefthook will write call us. False where its local configuration cannot be added to. */
export function putLefthook(top: string, commonDir: string): boolean {
  const present = fs.readdirSync(top).filter((name) => LOCAL_FILE.test(name));
  const name = present[0] ?? OWN_FILE;
  const file = path.join(top, name);
  if (present.length > 1 || !/\.ya?ml$/.test(name)) return false;
  const stat = fs.lstatSync(file, { throwIfNoEntry: false });
  if (stat !== undefined && !stat.isFile()) return false;
  const text = addToLefthook(readBytes(file));
  if (text === undefined) return false;
  if (stat === undefined) exclude(commonDir);
  writeBytes(file, text, stat === undefined ? 0o644 : stat.mode & 0o777);
  return true;
}

/** Takes exactly our lines away again, and the file if nothing else was in it. */
export function removeLefthook(top: string, commonDir: string): void {
  for (const name of fs.readdirSync(top).filter((each) => LOCAL_FILE.test(each))) {
    const file = path.join(top, name);
    const stat = fs.lstatSync(file);
    const text = stat.isFile() ? (readBytes(file) ?? '') : '';
    const rest = text.replace(BLOCK, '');
    if (rest === text) continue;
    if (rest === '') fs.rmSync(file);
    else writeBytes(file, rest, stat.mode & 0o777);
  }
  const file = excludeFile(commonDir);
  const text = readBytes(file) ?? '';
  const rest = text.replace(EXCLUDED, '');
  if (rest !== text) writeBytes(file, rest, 0o644);
}

/** The file is this machine's business: git is not to show it as untracked. */
function exclude(commonDir: string): void {
  const file = excludeFile(commonDir);
  const text = readBytes(file) ?? '';
  if (text.includes(EXCLUDED)) return;
  writeBytes(file, `${text}${text === '' || text.endsWith('\n') ? '' : '\n'}${EXCLUDED}`, 0o644);
}

function excludeFile(commonDir: string): string {
  return path.join(commonDir, 'info', 'exclude');
}
