/**
 * Edits a `.gitattributes` file as a careful person does: what is not concerned stays as it is, to the byte. Text is bytes, one
 * character each, since git knows no encoding here. gitattributes(5) and git's attr.c say what a line means.
 */

/** What git-lode needs of git for a file that it keeps; docs/FORMAT.md says why. */
export const LODE_ATTRIBUTES = ['filter=lode', '-text', '-merge'] as const;
/** What an untracked pattern loses: what we write, and what later versions may. */
const OURS: ReadonlySet<string> = new Set([...LODE_ATTRIBUTES, 'diff=lode', 'merge=lode']);
/** git ignores longer lines. */
const MAX_LINE = 2048;

export interface TrackedPattern {
  readonly pattern: string;
  /** From 1. */
  readonly line: number;
}

interface Line {
  /** The whole line, with its end. */
  readonly raw: string;
  /** Undefined for comments, macros, and what git does not understand. */
  readonly pattern: string | undefined;
  /** The pattern as it is written, with what is before it. */
  readonly written: string;
  readonly attributes: readonly string[];
}

/** The patterns that a file gives to git-lode, in order. */
export function trackedPatterns(text: string): readonly TrackedPattern[] {
  const lines = parse(text);
  return lines.flatMap(({ pattern, attributes }, at) =>
    pattern !== undefined && attributes.includes('filter=lode') && isTracked(lines, pattern)
      ? [{ pattern, line: at + 1 }]
      : [],
  );
}

/** Adds those of `patterns` that are not there yet, at the end, where no other line overrides them. */
export function addPatterns(
  text: string,
  patterns: readonly string[],
  attributes: readonly string[] = LODE_ATTRIBUTES,
): { readonly text: string; readonly added: readonly string[] } {
  const lines = parse(text);
  const added = [...new Set(patterns)].filter((pattern) => !isTracked(lines, pattern));
  if (added.length === 0) return { text, added };
  const end = lineEnd(text);
  const start = text === '' || text.endsWith('\n') ? text : `${text}${end}`;
  const written = added.map((pattern) => `${quotePattern(pattern)} ${attributes.join(' ')}${end}`);
  return { text: start + written.join(''), added };
}

/** Takes our attributes from the lines of `patterns`; a line that says nothing else goes. */
export function removePatterns(
  text: string,
  patterns: readonly string[],
): { readonly text: string; readonly removed: readonly string[] } {
  const removed = new Set<string>();
  const lines = parse(text).map(({ raw, pattern, written, attributes }) => {
    if (pattern === undefined || !patterns.includes(pattern) || !attributes.includes('filter=lode'))
      return raw;
    removed.add(pattern);
    const others = attributes.filter((attribute) => !OURS.has(attribute));
    return others.length === 0 ? '' : `${written} ${others.join(' ')}${/\r?\n$/.exec(raw)?.[0] ?? ''}`;
  });
  return { text: lines.join(''), removed: [...removed] };
}

/** The last line that has the same pattern and speaks of `filter` counts. */
function isTracked(lines: readonly Line[], pattern: string): boolean {
  const said = lines
    .filter((line) => line.pattern === pattern)
    .flatMap(({ attributes }) => attributes.filter((attribute) => /^[-!]?filter(?:=|$)/.test(attribute)));
  return said.at(-1) === 'filter=lode';
}

function parse(text: string): readonly Line[] {
  return text
    .split(/(?<=\n)/)
    .filter((raw) => raw !== '')
    .map((raw, at) => parseLine(raw, at === 0));
}

function parseLine(raw: string, isFirst: boolean): Line {
  // git skips a byte order mark at the start of the file.
  const [lead = ''] = /^(?:\xef\xbb\xbf)?[ \t\r\n]*/.exec(raw) ?? [];
  const start = isFirst ? lead : lead.replace('\xef\xbb\xbf', '');
  const rest = raw.slice(start.length).replace(/[ \t\r\n]+$/, '');
  const nothing = { raw, pattern: undefined, written: '', attributes: [] };
  if (rest === '' || rest.startsWith('#') || raw.length > MAX_LINE) return nothing;
  const quoted = rest.startsWith('"') ? unquote(rest) : undefined;
  const length = quoted?.length ?? rest.search(/[ \t]|$/);
  const pattern = quoted?.pattern ?? rest.slice(0, length);
  if (pattern.startsWith('[attr]') || pattern.startsWith('!')) return nothing;
  const attributes = rest
    .slice(length)
    .split(/[ \t]+/)
    .filter(Boolean);
  return { raw, pattern, written: start + rest.slice(0, length), attributes };
}

const ESCAPES: Readonly<Record<string, string>> = {
  '\x07': 'a',
  '\b': 'b',
  '\t': 't',
  '\n': 'n',
  '\v': 'v',
  '\f': 'f',
  '\r': 'r',
  '"': '"',
  '\\': '\\',
};
const UNESCAPES = new Map(Object.entries(ESCAPES).map(([byte, letter]) => [letter, byte]));

/** A pattern as a line of the file begins with it: quoted in git's C style where it would be read as something else. */
export function quotePattern(pattern: string): string {
  if (!/[\x00-\x20\x7f]|^["#]/.test(pattern)) return pattern;
  const inner = pattern.replace(/[\x00-\x1f\x7f"\\]/g, (byte) => {
    const letter = ESCAPES[byte];
    return `\\${letter ?? byte.charCodeAt(0).toString(8).padStart(3, '0')}`;
  });
  return `"${inner}"`;
}

/** git's unquote_c_style; undefined where it fails, and git takes the quote for a part of the pattern. `length`: of the quoted form. */
function unquote(text: string): { readonly pattern: string; readonly length: number } | undefined {
  let pattern = '';
  for (let at = 1; at < text.length; at++) {
    if (text[at] === '"') return { pattern, length: at + 1 };
    if (text[at] !== '\\') {
      pattern += text[at];
      continue;
    }
    const octal = /^[0-3][0-7]{2}/.exec(text.slice(at + 1, at + 4))?.[0];
    const byte =
      octal === undefined
        ? UNESCAPES.get(text[at + 1] ?? '')
        : String.fromCharCode(Number.parseInt(octal, 8));
    if (byte === undefined) return undefined;
    pattern += byte;
    at += octal?.length ?? 1;
  }
  return undefined;
}

/** What most lines end with. */
function lineEnd(text: string): string {
  const all = text.split('\n').length - 1;
  const windows = text.split('\r\n').length - 1;
  return windows * 2 > all ? '\r\n' : '\n';
}
