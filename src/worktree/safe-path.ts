import fs from 'node:fs';
import path from 'node:path';
import { unless } from '../errors.ts';

/** Names that some file system takes for `.git`: by case, by NTFS short name, with trailing dots or spaces, with an NTFS stream. */
const GIT_NAMES = /^(\.git|git~[0-9]+)[. ]*(:.*)?$/i;
/** Code points that HFS+ ignores in names, as UTF-8 bytes seen through latin1: U+200C-F, U+202A-E, U+206A-F, U+FEFF. */
const IGNORED_BY_HFS = /\xe2\x80[\x8c-\x8f\xaa-\xae]|\xe2\x81[\xaa-\xaf]|\xef\xbb\xbf/g;

/** What Windows takes for separators, streams, patterns, or drops at a name's end: is_valid_win32_path in git's compat/mingw.c. */
const NOT_ON_WINDOWS = /[\x00-\x1f\\:"*<>?|]|[. ]$/;
const WINDOWS_DEVICES = /^(con|prn|aux|nul|conin\$|conout\$|com[1-9]|lpt[1-9]) *(\..*)?$/i;

/**
 * True if a path that git gave stays inside the working tree and out of any git directory, by its name alone. `name` is the
 * path's bytes as a latin1 string, with `/` between the parts.
 */
export function isSafeName(name: string, platform: NodeJS.Platform = process.platform): boolean {
  if (name === '' || name.startsWith('/') || name.includes('\0')) return false;
  return name.split('/').every((part) => isSafePart(part, platform));
}

function isSafePart(part: string, platform: NodeJS.Platform): boolean {
  if (part === '' || part === '.' || part === '..') return false;
  if (GIT_NAMES.test(part.replaceAll(IGNORED_BY_HFS, ''))) return false;
  return platform !== 'win32' || !(NOT_ON_WINDOWS.test(part) || WINDOWS_DEVICES.test(part));
}

/** The stat of a path that git names, where the working tree may have anything on the way there, or nothing. */
export function statInTree(file: string | Buffer): fs.BigIntStats | undefined {
  return unless(['ENOTDIR', 'ELOOP', 'ENAMETOOLONG', 'EACCES'], () =>
    fs.lstatSync(file, { bigint: true, throwIfNoEntry: false }),
  );
}

/** Answers for the folders of one working tree whether a write below them would leave it; each folder is looked at once. */
export class ParentFolders {
  readonly #top: string;
  readonly #known = new Map<string, { real: boolean; device: bigint }>();

  constructor(top: string) {
    this.#top = top;
  }

  /** The device of the folder that holds `name`, or undefined if a part of the way is missing or a symbolic link. */
  device(name: string): bigint | undefined {
    const slash = name.lastIndexOf('/');
    const folder = slash < 0 ? '' : name.slice(0, slash);
    const found = this.#look(folder);
    return found.real ? found.device : undefined;
  }

  /** The device of any folder, or undefined if it is missing. */
  deviceOf(folder: string): bigint | undefined {
    return fs.statSync(folder, { bigint: true, throwIfNoEntry: false })?.dev;
  }

  #look(folder: string): { real: boolean; device: bigint } {
    const known = this.#known.get(folder);
    if (known !== undefined) return known;
    let found = { real: false, device: 0n };
    const slash = folder.lastIndexOf('/');
    // The top itself may be reached through a link: the person chose it.
    if (folder === '' || this.#look(slash < 0 ? '' : folder.slice(0, slash)).real) {
      const full = fullPath(this.#top, folder);
      const stat =
        folder === ''
          ? fs.statSync(full, { bigint: true })
          : fs.lstatSync(full, { bigint: true, throwIfNoEntry: false });
      if (stat?.isDirectory()) found = { real: true, device: stat.dev };
    }
    this.#known.set(folder, found);
    return found;
  }
}

/** The file's full path in the system's own bytes. `name` is latin1, as git's index has it. */
export function fullPath(top: string, name: string): string | Buffer {
  if (name === '') return top;
  if (process.platform === 'win32') return path.join(top, Buffer.from(name, 'latin1').toString('utf8'));
  if (/^[\x00-\x7f]*$/.test(name)) return `${top}/${name}`;
  return Buffer.concat([Buffer.from(`${top}/`), Buffer.from(name, 'latin1')]);
}
