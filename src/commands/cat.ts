import type { ByteRange } from '../backend/backend.ts';
import { LodeError } from '../errors.ts';
import type { Where } from '../git/blobs.ts';
import { findNamed, type Named, readBlob, splitName } from '../git/named-blob.ts';
import { findRepository, type Repository } from '../git/repository.ts';
import { MAX_POINTER_BYTES, type Pointer, parsePointer } from '../pointer.ts';
import type { Wanted } from '../remote/fetch.ts';
import type { Remote } from '../remote/remote.ts';
import { openStore } from '../store/open.ts';
import { DONE } from '../ui/exit-code.ts';
import { byteRange } from './byte-range.ts';
import type { Command, CommandContext } from './command.ts';
import { openRemote } from './context.ts';

export const command: Command = {
  name: 'cat',
  summary: 'Write the content of a file of any version to standard output, or a range of its bytes',
  usage: '<rev>:<path> [--range <first>-<last>]',
  options: {
    range: { type: 'string', describe: 'only these bytes: first-last, first- or -n, as in HTTP' },
  },
  async run([name, ...more], { range, json }, context) {
    if (name === undefined || more.length > 0)
      throw new LodeError('USAGE', 'cat takes one file', { hint: 'git lode cat HEAD:<path>' });
    if (json === true) throw new LodeError('USAGE', 'a content is not JSON: cat takes no --json');
    const where = { cwd: context.cwd, env: context.env, signal: context.signal };
    const repository = findRepository(context.cwd, context.env);
    const blob = blobOf(name, where);
    const pointer = await pointerIn(blob, where);
    const { size } = pointer ?? blob;
    const wanted = typeof range === 'string' ? byteRange(range, size) : { offset: 0, length: size };
    const bytes =
      pointer === undefined
        ? readBlob(blob.oid, wanted, where)
        : contentOf({ ...pointer, path: name }, wanted, repository, context);
    for await (const piece of bytes) await context.write(piece);
    return DONE;
  },
};

async function* contentOf(
  object: Wanted,
  range: ByteRange,
  repository: Repository,
  context: CommandContext,
): AsyncGenerator<Buffer> {
  const { readRange } = await import('../remote/read-range.ts');
  const { reporter, signal } = context;
  const opened: Remote[] = [];
  const open = async () => {
    const remote = await openRemote(repository, context);
    opened.push(remote);
    return remote;
  };
  try {
    yield* readRange(object, range, {
      store: openStore(repository.sharedDir),
      openRemote: open,
      reporter,
      signal,
    });
  } finally {
    for (const remote of opened) remote.close();
  }
}

type Blob = Extract<Named, { kind: 'blob' }>;

async function pointerIn({ oid, size }: Blob, where: Where): Promise<Pointer | undefined> {
  if (size > MAX_POINTER_BYTES) return undefined;
  const pieces: Buffer[] = [];
  for await (const piece of readBlob(oid, { offset: 0, length: size }, where)) pieces.push(piece);
  return parsePointer(Buffer.concat(pieces));
}

function blobOf(name: string, where: Where): Blob {
  const named = findNamed(name, where);
  switch (named.kind) {
    case 'blob':
      return named;
    case 'nothing':
      throw unknown(name, where);
    case 'elsewhere':
      throw new LodeError(
        'OBJECT_MISSING',
        'git does not have it here: it is a submodule, or not fetched yet',
        {
          subject: name,
          hint: `in a partial clone: git cat-file -e ${named.oid}`,
        },
      );
    default:
      throw new LodeError('USAGE', `that is a ${named.kind === 'tree' ? 'folder' : named.kind}, not a file`, {
        subject: name,
        hint: 'git lode cat <rev>:<path>',
      });
  }
}

/** Says which half of the name leads nowhere. */
function unknown(name: string, where: Where): LodeError {
  const parts = splitName(name);
  if (parts === undefined) {
    return new LodeError('USAGE', 'git knows nothing of that name', {
      subject: name,
      hint: 'git lode cat <rev>:<path>',
    });
  }
  const { rev, path } = parts;
  if (findNamed(rev, where).kind === 'nothing')
    return new LodeError('USAGE', 'there is no such ref or commit', { subject: rev });
  const fromHere = `${rev}:./${path}`;
  return new LodeError('USAGE', `there is no such file in ${rev}`, {
    subject: path,
    hint:
      findNamed(fromHere, where).kind === 'blob'
        ? `paths are from the top of the tree; did you mean: git lode cat ${fromHere}`
        : `git ls-tree -r --name-only ${rev}`,
  });
}
