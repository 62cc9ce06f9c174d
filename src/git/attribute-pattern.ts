import { LodeError } from '../errors.ts';

/** What is asked about the folder that a pattern is given in. `name` is relative to it, with slashes. */
export interface PatternPlace {
  readonly isFolder: (name: string) => boolean;
  readonly exists: (name: string) => boolean;
  readonly platform?: NodeJS.Platform;
}

/**
 * The pattern for `.gitattributes` that a person meant, as bytes, one character each: a folder means what is in it, and a
 * file's own name, which a shell may have put in the place of a pattern, means that file. Throws USAGE.
 */
export function attributePattern(given: string, place: PatternPlace): string {
  const { isFolder, exists, platform = process.platform } = place;
  const slashed = platform === 'win32' ? given.replaceAll('\\', '/') : given;
  const name = slashed.replace(/^(?:\.\/+)+/, '').replace(/\/{2,}/g, '/');
  if (slashed === '' || /[\0\n\r]/.test(given)) throw wrong(given, 'is no pattern');
  if (/(?:^|\/)\.\.(?:\/|$)/.test(name))
    throw wrong(given, 'leads out of this folder: run the command there');
  // git takes such a line for the definition of a macro.
  if (name.startsWith('[attr]')) throw wrong(given, 'begins with [attr], which git gives another meaning');
  return Buffer.from(withContents(name, isFolder, exists), 'utf8').toString('latin1');
}

function withContents(
  name: string,
  isFolder: PatternPlace['isFolder'],
  exists: PatternPlace['exists'],
): string {
  if (name === '' || name === '.') return '**';
  const bare = name.replace(/\/$/, '');
  if (bare !== name || isFolder(bare)) return bare === '' ? '**' : `${literal(bare, exists)}/**`;
  return literal(name, exists);
}

function literal(name: string, exists: PatternPlace['exists']): string {
  const text = /[*?[\\]/.test(name) && exists(name) ? name.replace(/[*?[\\]/g, '\\$&') : name;
  // An exclamation mark would negate the pattern, which attributes do not have.
  return text.startsWith('!') ? `\\${text}` : text;
}

function wrong(given: string, why: string): LodeError {
  return new LodeError('USAGE', `the pattern ${why}`, { subject: given, hint: 'git lode help track' });
}
