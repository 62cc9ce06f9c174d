import path from 'node:path';
import { formatCount } from '../amounts.ts';
import { addPatterns, quotePattern, trackedPatterns } from '../git/attributes-file.ts';
import { inside } from '../git/inside.ts';
import { attributesFiles, isKept, modifiedFiles, renormalize } from '../git/kept-files.ts';
import type { Repository } from '../git/repository.ts';
import { hasFilter } from '../install/filter-config.ts';
import { readBytes } from '../install/own-files.ts';
import { DONE } from '../ui/exit-code.ts';
import { printable } from '../ui/printable.ts';
import {
  ATTRIBUTES_FILE,
  patternsIn,
  readAttributes,
  readable,
  sortKeptFiles,
  treeAround,
  writeAttributes,
} from './attributes.ts';
import type { Command, CommandContext } from './command.ts';

export const command: Command = {
  name: 'track',
  summary: 'Name the files that git-lode keeps; without a pattern, list the patterns',
  usage: '[<pattern>…]',
  options: { json: { type: 'boolean', describe: 'list as JSON' } },
  async run(given, { json }, context) {
    if (given.length === 0) list(json === true, context);
    else await track(given, context);
    return DONE;
  },
};

async function track(given: readonly string[], context: CommandContext): Promise<void> {
  const { cwd, env, reporter, signal } = context;
  const repository = treeAround(context);
  const where = { cwd, env, signal };
  const { text, added } = addPatterns(readAttributes(cwd), patternsIn(cwd, given));
  const modified = modifiedFiles(where);
  if (added.length > 0) writeAttributes(cwd, text);
  for (const pattern of added) reporter.info(`tracking ${printable(readable(pattern))}`);
  if (added.length === 0) reporter.info('tracked already');
  spareGitsOwn(context);
  await convert(repository, modified, context);
}

/** git reads these files itself, also from its index: as pointers they would say nothing. */
function spareGitsOwn({ cwd, env, reporter }: CommandContext): void {
  if (!isKept(ATTRIBUTES_FILE, { cwd, env })) return;
  writeAttributes(cwd, addPatterns(readAttributes(cwd), ['.git*'], ['!filter', '!text', '!merge']).text);
  reporter.info('except .git*, which git itself has to read');
}

/** Stages pointers in the place of plain blobs, for files without changes; a file with changes becomes a pointer when it is added. */
async function convert(
  repository: Repository,
  modified: ReadonlySet<string>,
  context: CommandContext,
): Promise<void> {
  const { cwd, env, reporter, signal } = context;
  const where = { cwd, env, signal };
  const { plain } = await sortKeptFiles(repository, where);
  const filtered = hasFilter(where);
  if (!filtered) reporter.warn('not set up here, so nothing becomes a pointer yet: git lode install');
  if (plain.length === 0) return;
  const files = formatCount(plain.length, 'file');
  if (!filtered) {
    reporter.warn(`${files} in git as plain content; after git lode install: git add --renormalize .`);
    return;
  }
  const unchanged = plain.filter((file) => !modified.has(file.path.toString('latin1')));
  renormalize(unchanged, where);
  if (unchanged.length > 0) {
    reporter.warn(
      `${formatCount(unchanged.length, 'file')} so far in git as plain content, and staged as pointers now; earlier commits stay as they are`,
    );
  }
  if (unchanged.length < plain.length) {
    const rest = formatCount(plain.length - unchanged.length, 'file');
    reporter.warn(`${rest} in git as plain content and with changes; to convert: git add --renormalize .`);
  }
}

function list(json: boolean, context: CommandContext): void {
  const repository = treeAround(context);
  const where = inside(repository, context.env);
  const info = path.join(repository.commonDir, 'info', 'attributes');
  const files = [
    ...attributesFiles(where).map((name) => ({ name, file: path.join(repository.workTree, name) })),
    { name: 'info/attributes in the git directory', file: info },
  ];
  const patterns = files.flatMap(({ name, file }) =>
    trackedPatterns(readBytes(file) ?? '').map(({ pattern, line }) => ({
      pattern: readable(pattern),
      file: name,
      line,
    })),
  );
  if (json) context.print(`${JSON.stringify({ patterns })}\n`);
  for (const { pattern, file, line } of json ? [] : patterns) {
    context.print(`${printable(quotePattern(pattern))}  (${printable(file)}:${line})\n`);
  }
}
