import { formatBytes, formatCount } from '../amounts.ts';
import { printable } from './printable.ts';

/** What `fix` lists. */
export interface ListedAccident {
  readonly kind: keyof typeof KINDS;
  readonly path: string;
  /** Bytes of content. */
  readonly size: number;
}

const KINDS = {
  'content-in-index':
    'Content in git where a pointer belongs; it goes into the local store, and its pointer is staged',
  'pointer-in-tree': 'Files that are still pointers; their content is put in place',
  'other-pointer-in-tree':
    "Files that are the pointer of another version than git's index has; that version's content is put in place, and nothing is staged",
  'size-in-index':
    "Files that are whole, and have another size in git's index; git compares them, and takes their size",
  'lfs-pointer-in-index':
    'Pointers of git-lfs; they are left: bring their content with git-lfs, and git add the files',
} as const;

/** What `fix` finds. */
export interface FixReport {
  readonly accidents: readonly ListedAccident[];
  /** Files that the journal of an earlier command still names. */
  readonly unfinished: number;
}

/** What was found and what is done about it, the paths under it: `limit` of each kind at most. Empty if there is nothing. */
export function fixText({ accidents, unfinished }: FixReport, limit: number): string {
  const sections = (Object.keys(KINDS) as (keyof typeof KINDS)[]).map((kind) => {
    const files = accidents.filter((accident) => accident.kind === kind);
    if (files.length === 0) return '';
    const lines = files
      .slice(0, limit)
      .map(({ path, size }) => `\t${printable(path)} (${formatBytes(size)})\n`);
    const more = files.length > limit ? `\tand ${files.length - limit} more\n` : '';
    return `${KINDS[kind]}:\n${lines.join('')}${more}`;
  });
  if (unfinished > 0)
    sections.push(
      `An earlier command was interrupted: ${formatCount(unfinished, 'file')} to look at; it is finished\n`,
    );
  return sections.filter((section) => section !== '').join('\n');
}
