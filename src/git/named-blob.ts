import { LodeError } from '../errors.ts';
import type { Where } from './blobs.ts';
import { git, gitOrThrow } from './run.ts';
import { streamGit } from './stream.ts';

/** What a name such as `HEAD:data/a.bin` stands for. */
export type Named =
  | { readonly kind: 'blob'; readonly oid: string /** In bytes. */; readonly size: number }
  /** Something that is not a file's content. */
  | { readonly kind: 'tree' | 'commit' | 'tag' }
  /** Its object is not here: that of a partial clone, or a submodule's commit. */
  | { readonly kind: 'elsewhere'; readonly oid: string }
  | { readonly kind: 'nothing' };

/** Asks git, which takes a path that begins with `./` from `where.cwd`, every other from the top of the tree. */
export function findNamed(name: string, where: Where): Named {
  const answer = git(['rev-parse', '--verify', '--quiet', '--end-of-options', name], where);
  if (answer.exitCode !== 0) return { kind: 'nothing' };
  const oid = answer.stdout.toString('latin1').trim();
  const line = gitOrThrow(['cat-file', '--batch-check'], { ...where, input: `${oid}\n` });
  const [, kind, size] = line.toString('latin1').trim().split(' ');
  if (kind === 'blob') return { kind, oid, size: Number(size) };
  if (kind === 'tree' || kind === 'commit' || kind === 'tag') return { kind };
  return { kind: 'elsewhere', oid };
}

/**
 * The revision and the path of `<rev>:<path>`, by git's own rule: the first colon outside of braces divides. Undefined if there is none,
 * or nothing before it, which is how git's index is named.
 */
export function splitName(name: string): { readonly rev: string; readonly path: string } | undefined {
  let depth = 0;
  for (let at = 0; at < name.length; at++) {
    if (name[at] === '{') depth += 1;
    else if (name[at] === '}' && depth > 0) depth -= 1;
    else if (name[at] === ':' && depth === 0)
      return at === 0 ? undefined : { rev: name.slice(0, at), path: name.slice(at + 1) };
  }
  return undefined;
}

/** The bytes of a blob from `offset` on, at most `length` of them, as git has them. Errors as `streamGit`. */
export async function* readBlob(
  oid: string,
  { offset, length }: { readonly offset: number; readonly length: number },
  where: Where,
): AsyncGenerator<Buffer, void, undefined> {
  let skip = offset;
  let left = length;
  if (left === 0) return;
  for await (const piece of streamGit(['cat-file', 'blob', oid], where)) {
    const part = piece.subarray(Math.min(skip, piece.length)).subarray(0, left);
    skip -= Math.min(skip, piece.length);
    left -= part.length;
    if (part.length > 0) yield part;
    if (left === 0) return;
  }
  throw new LodeError('GIT_FAILED', 'git gave fewer bytes than the blob has', { subject: oid });
}
