import { downloadedLine, formatCount } from '../amounts.ts';
import { LodeError } from '../errors.ts';
import { pointersInRange } from '../git/pointers-in-range.ts';
import { pointersInTree } from '../git/pointers-in-tree.ts';
import { resolveRefs } from '../git/refs.ts';
import { findRepository, type Repository } from '../git/repository.ts';
import { fetchFromRemote } from '../remote/bring-objects.ts';
import type { FetchSummary, Wanted } from '../remote/fetch.ts';
import { openStore } from '../store/open.ts';
import { DONE, EXIT_CODES } from '../ui/exit-code.ts';
import type { Command } from './command.ts';
import { pushContext } from './context.ts';

const NOTHING: FetchSummary = { objects: 0, bytes: 0, downloadedBytes: 0, missing: [] };

export const command: Command = {
  name: 'fetch',
  summary: 'Bring the content of a version into the local store, and leave the files as they are',
  usage: '[<ref>…] [--all]',
  options: {
    all: { type: 'boolean', describe: 'every version of every branch and tag, instead of HEAD' },
  },
  async run(refs, options, context) {
    if (options.all === true && refs.length > 0) throw new LodeError('USAGE', '--all stands for every ref');
    const repository = findRepository(context.cwd, context.env);
    const store = openStore(repository.sharedDir);
    const wanted = new Map<string, Wanted>();
    for await (const { pointer, path } of pointers(repository, refs, options.all === true, context.signal)) {
      if (wanted.has(pointer.oid) || store.has(pointer.oid, pointer.size)) continue;
      wanted.set(pointer.oid, { ...pointer, path: path.toString('utf8') });
    }
    const summary =
      wanted.size === 0 ? NOTHING : await fetchFromRemote(repository, store, [...wanted.values()], context);
    const { finishPushes } = await import('../remote/push-finish.ts');
    await finishPushes(pushContext(repository, context));
    if (options.json === true) context.print(`${JSON.stringify(summary)}\n`);
    else context.reporter.info(describe(summary));
    if (summary.missing.length > 0 && options.json !== true) throw missing(summary);
    return summary.missing.length === 0 ? DONE : EXIT_CODES.OBJECT_MISSING;
  },
};

async function* pointers(repository: Repository, refs: readonly string[], all: boolean, signal: AbortSignal) {
  if (all) {
    yield* pointersInRange(repository, ['--all'], [], signal);
    return;
  }
  const named = refs.length === 0 ? ['HEAD'] : refs;
  for (const [at, ref] of resolveRefs(repository, named).entries()) {
    if (ref !== undefined) yield* pointersInTree(repository, ref.oid, signal);
    // A repository without a commit has an unborn HEAD, and nothing to fetch.
    else if (refs.length > 0)
      throw new LodeError('USAGE', 'there is no such ref or commit', { subject: named[at]! });
  }
}

function describe({ objects, downloadedBytes, missing }: FetchSummary): string {
  if (objects === 0 && missing.length === 0) return 'everything is here';
  return downloadedLine(objects, downloadedBytes);
}

const NAMED = 5;

function missing({ missing }: FetchSummary): LodeError {
  const paths = missing.slice(0, NAMED).map(({ oid, path }) => path ?? oid);
  const more = missing.length > NAMED ? `, and ${missing.length - NAMED} more` : '';
  return new LodeError(
    'OBJECT_MISSING',
    `the remote does not have ${formatCount(missing.length, 'object')}`,
    {
      subject: `${paths.join(', ')}${more}`,
      hint: 'in a clone that has them: git lode push',
    },
  );
}
