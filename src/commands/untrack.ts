import fs from 'node:fs';
import path from 'node:path';
import { formatCount } from '../amounts.ts';
import { LodeError } from '../errors.ts';
import { removePatterns } from '../git/attributes-file.ts';
import { type KeptFile, keptFiles, modifiedFiles, renormalize } from '../git/kept-files.ts';
import type { Repository } from '../git/repository.ts';
import { MAX_POINTER_BYTES, parsePointer } from '../pointer.ts';
import { DONE } from '../ui/exit-code.ts';
import { printable } from '../ui/printable.ts';
import {
  patternsIn,
  readAttributes,
  readable,
  sortKeptFiles,
  treeAround,
  writeAttributes,
} from './attributes.ts';
import type { Command, CommandContext } from './command.ts';

export const command: Command = {
  name: 'untrack',
  summary: 'Give files back to plain git',
  usage: '<pattern>…',
  options: {},
  async run(given, _options, context) {
    if (given.length === 0)
      throw new LodeError('USAGE', 'untrack which pattern?', { hint: 'git lode track' });
    const repository = treeAround(context);
    const { cwd, reporter } = context;
    const before = readAttributes(cwd);
    const patterns = patternsIn(cwd, given);
    const { text, removed } = removePatterns(before, patterns);
    const unknown = patterns.filter((pattern) => !removed.includes(pattern));
    if (removed.length === 0) {
      throw new LodeError('USAGE', 'the attributes of this folder do not track that', {
        subject: patterns.map(readable).join(' '),
        hint: 'git lode track',
      });
    }
    await release(repository, { before, after: text }, context);
    for (const pattern of removed) reporter.info(`no longer tracking ${printable(readable(pattern))}`);
    for (const pattern of unknown)
      reporter.warn(`${printable(readable(pattern))} was not tracked in this folder`);
    return DONE;
  },
};

/** Changes the attributes, and stages the content of files that were stored as pointers. */
async function release(
  repository: Repository,
  { before, after }: { before: string; after: string },
  { cwd, env, reporter, signal }: CommandContext,
): Promise<void> {
  const where = { cwd, env, signal };
  const modified = modifiedFiles(where);
  const { pointers } = await sortKeptFiles(repository, where);
  writeAttributes(cwd, after);
  const name = ({ path: bytes }: KeptFile) => bytes.toString('latin1');
  const still = new Set(keptFiles(where).map(name));
  const released = pointers.filter((file) => !still.has(name(file)));
  const empty = released.filter((file) => isPointerFile(cwd, file));
  if (empty.length > 0) {
    writeAttributes(cwd, before);
    // Nobody would put the content in place any more, once the attributes do not ask for it.
    throw new LodeError('INCOMPLETE', `${formatCount(empty.length, 'file')} still a pointer here`, {
      subject: readable(name(empty[0]!)),
      hint: 'git lode pull',
    });
  }
  const unchanged = released.filter((file) => !modified.has(name(file)));
  renormalize(unchanged, where);
  if (unchanged.length > 0) reporter.info(`${formatCount(unchanged.length, 'file')} staged as plain content`);
  if (unchanged.length < released.length) {
    reporter.warn(
      `${formatCount(released.length - unchanged.length, 'file')} with changes, or not there: git add them`,
    );
  }
}

function isPointerFile(cwd: string, { path: bytes }: KeptFile): boolean {
  const file = Buffer.concat([Buffer.from(`${cwd}${path.sep}`), bytes]);
  const stat = fs.lstatSync(file, { throwIfNoEntry: false });
  if (!stat?.isFile() || stat.size > MAX_POINTER_BYTES) return false;
  return parsePointer(fs.readFileSync(file)) !== undefined;
}
