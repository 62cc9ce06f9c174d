/**
 * What a hook file becomes when our lines go in or out. Text is bytes, one character each: hooks come in any encoding.
 * Our lines go first, because a script may end with `exit` or `exec` anywhere, and a push must not go up without its data.
 */

/** Our lines of any version, as the templates `hooks/block-*` mark them. */
const BLOCK =
  /^# >>> git-lode hook \d+\b[^\n]*\n(?:(?!# >>> git-lode hook )[^\n]*\n)*?# <<< git-lode hook\n?/m;
const SHEBANG = '#!/bin/sh\n';
const CHAIN = /^\[ ! -x "\$0\.(before-git-lode(?:-\d)?)" \] \|\| exec "\$0\.\1" "\$@"\n/m;

export interface ExistingHook {
  readonly text: string;
  /** False for a symbolic link, whose target belongs to somebody. */
  readonly regular: boolean;
  /** False if git would not run it. Giving it the right to run would run somebody's code that does not run now. */
  readonly runs: boolean;
}

export type HookChange =
  | { readonly kind: 'none' }
  | { readonly kind: 'write'; readonly text: string }
  /** The file keeps its content under another name, `<file>.<suffix>`, and ours calls it. */
  | { readonly kind: 'chain' };

/** `shebang`: false for husky's files, which husky itself gives to sh. */
export function addToHook(existing: ExistingHook | undefined, block: string, shebang: boolean): HookChange {
  if (existing === undefined) return { kind: 'write', text: shebang ? SHEBANG + block : block };
  const { text } = existing;
  if (existing.regular && BLOCK.test(text)) {
    const changed = text.replace(BLOCK, () => block);
    return changed === text ? { kind: 'none' } : { kind: 'write', text: changed };
  }
  if (!existing.regular || !existing.runs || !isShellScript(text)) return { kind: 'chain' };
  const start = text.startsWith('#!') ? firstLine(text) : '';
  return { kind: 'write', text: `${start}${block}${text.slice(start.length)}` };
}

/** Our hook in front of another one that has been renamed to `<file>.<suffix>`. */
export function chainText(block: string, suffix: string): string {
  return `${SHEBANG}${block}# The hook that was here before git-lode:\n[ ! -x "$0.${suffix}" ] || exec "$0.${suffix}" "$@"\n`;
}

export type HookRemoval =
  | { readonly kind: 'none' }
  | { readonly kind: 'write'; readonly text: string }
  | { readonly kind: 'delete' }
  /** `<file>.<suffix>` gets its name back. */
  | { readonly kind: 'restore'; readonly suffix: string };

export function removeFromHook(text: string): HookRemoval {
  if (!BLOCK.test(text)) return { kind: 'none' };
  const suffix = CHAIN.exec(text)?.[1];
  const left = text.replace(BLOCK, '');
  if (left === '' || left === SHEBANG) return { kind: 'delete' };
  if (suffix !== undefined && text === chainText(BLOCK.exec(text)![0], suffix)) {
    return { kind: 'restore', suffix };
  }
  return { kind: 'write', text: left };
}

/** True if the hook holds our lines and nothing but them. */
export function isOursAlone(text: string): boolean {
  return removeFromHook(text).kind === 'delete';
}

export function hasBlock(text: string): boolean {
  return BLOCK.test(text);
}

const SHELLS = /^(?:sh|bash|dash|ash|ksh|mksh|zsh)(?:\.exe)?$/;

/** git gives a file without a first line that names a program to sh. */
function isShellScript(text: string): boolean {
  if (!text.startsWith('#!')) return !text.includes('\0');
  const words = firstLine(text).slice(2).trim().split(/\s+/);
  const [program = '', ...rest] = words;
  const name = (word: string) => word.slice(word.lastIndexOf('/') + 1);
  const run =
    name(program) === 'env' ? rest.find((word) => !word.startsWith('-') && !word.includes('=')) : program;
  return SHELLS.test(name(run ?? ''));
}

function firstLine(text: string): string {
  const end = text.indexOf('\n');
  return end < 0 ? `${text}\n` : text.slice(0, end + 1);
}
