// Proves that imports in src point only down, and that the filter's process starts without the heavy packages.
// `node scripts/check-layers.mjs [folder]`: prints each offending import as file:line and exits 1.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const PLACES = ['base', 'format', 'git', 'config', 'store', 'backend'];
const WORK = [...PLACES, 'remote', 'install', 'worktree', 'filter'];

/**
 * What a room may import beside itself. A file directly in src is its own room if it is named here, else `base`.
 * @type {ReadonlyMap<string, readonly string[]>}
 */
const ROOMS = new Map(
  Object.entries({
    base: /** @type {string[]} */ ([]),
    format: ['base'],
    git: ['base'],
    config: ['base', 'git'],
    store: ['base', 'format'],
    backend: ['base', 'format', 'config'],
    ui: ['base', 'config'],
    remote: PLACES,
    install: PLACES,
    worktree: [...PLACES, 'remote'],
    filter: [...PLACES, 'remote', 'install', 'worktree'],
    commands: [...WORK, 'ui'],
    'cli.ts': [...WORK, 'ui', 'commands'],
  }),
);

/**
 * git waits for this process at every command. It is the one file below the commands that may import ui, since it hands the
 * Reporter in, and what is heavy is loaded by `await import()` when a request needs it.
 */
const FILTER_ENTRY = 'filter/main.ts';
const HEAVY = /^(@aws-sdk\/|@smithy\/|@bokuweb\/|execa$|cosmiconfig$)/;

/**
 * @typedef {{ file: string, line: number, target: string, specifier: string, lazy: boolean, type: boolean }} Import
 * `target` is a path inside src with `/`, or a package's name.
 */

/**
 * @param {ReadonlyMap<string, string>} files text by path inside src, with `/`
 * @returns {string[]} one line for each offence
 */
export function findOffences(files) {
  const imports = [...files].flatMap(([file, text]) => importsOf(file, text));
  return [...imports.flatMap((each) => direction(each)), ...startUp(imports)];
}

/** @param {Import} each */
function direction(each) {
  const at = `src/${each.file}:${each.line}`;
  if (each.specifier === '') return [`${at}: the target of this import() is not a literal`];
  if (!each.specifier.startsWith('.')) return [];
  if (each.target.startsWith('..')) return [`${at}: imports ${each.specifier}, which is outside src`];
  const [from, to] = [roomOf(each.file), roomOf(each.target)];
  if (from === undefined || to === undefined) {
    const lost = from === undefined ? each.file : each.target;
    return [`${at}: src/${lost} is in no room that scripts/check-layers.mjs knows`];
  }
  const fine = from === to || ROOMS.get(from)?.includes(to) || (to === 'ui' && each.file === FILTER_ENTRY);
  return fine ? [] : [`${at}: ${from} may not import ${each.specifier}`];
}

/** @param {string} file */
function roomOf(file) {
  const [first, ...rest] = /** @type {[string, ...string[]]} */ (file.split('/'));
  if (ROOMS.has(first)) return first;
  return rest.length === 0 ? 'base' : undefined;
}

/**
 * Walks the static imports of the filter's entry; types are erased and cost nothing.
 * @param {Import[]} imports
 */
function startUp(imports) {
  const eager = imports.filter((each) => !each.lazy && !each.type);
  const seen = new Set([FILTER_ENTRY]);
  for (const file of seen) {
    for (const each of eager) if (each.file === file) seen.add(each.target);
  }
  return eager
    .filter((each) => seen.has(each.file) && HEAVY.test(each.target))
    .map(
      (each) => `src/${each.file}:${each.line}: ${each.target} would be loaded at every start of the filter`,
    );
}

const STATIC = /^[ \t]*(?:import|export)\b(?<names>[^'";]*?\bfrom\s*|\s*)['"](?<specifier>[^'"\n]+)['"]/gm;
const DYNAMIC = /\bimport\(\s*(?:['"](?<specifier>[^'"\n]+)['"])?/g;

/**
 * @param {string} file @param {string} text
 * @returns {Import[]}
 */
function importsOf(file, text) {
  const code = withoutComments(text);
  return [STATIC, DYNAMIC].flatMap((pattern) =>
    [...code.matchAll(pattern)].map((match) => {
      const { specifier = '', names = '' } = match.groups ?? {};
      return {
        file,
        line: code.slice(0, match.index + match[0].length).split('\n').length,
        specifier,
        target: specifier.startsWith('.') ? path.posix.join(path.posix.dirname(file), specifier) : specifier,
        lazy: pattern === DYNAMIC,
        type: /^\s*type\s/.test(names),
      };
    }),
  );
}

/** Blanks comments that begin a line, so that prose about imports is not one; line numbers stay. @param {string} text */
function withoutComments(text) {
  const blank = (/** @type {string} */ comment) => comment.replace(/[^\n]/g, ' ');
  return text.replace(/^\s*\/\*[\s\S]*?\*\//gm, blank).replace(/^\s*\/\/.*/gm, blank);
}

/** @param {string} folder */
function read(folder) {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  const sources = names.filter((name) => /\.[cm]?[jt]s$/.test(name));
  return new Map(
    sources.map((name) => [name.split(path.sep).join('/'), readFileSync(path.join(folder, name), 'utf8')]),
  );
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const offences = findOffences(read(process.argv[2] ?? fileURLToPath(new URL('../src', import.meta.url))));
  for (const offence of offences) process.stderr.write(`${offence}\n`);
  if (offences.length > 0) process.exitCode = 1;
}
