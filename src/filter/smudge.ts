import fs from 'node:fs';
import path from 'node:path';
import { isLodeError, LodeError, unless } from '../errors.ts';
import type { Repository } from '../git/repository.ts';
import { looksLikePointer, MAX_POINTER_BYTES, type Pointer, parsePointer } from '../pointer.ts';
import type { Reporter } from '../report.ts';
import type { FileStore } from '../store/open.ts';
import type { StoredObject } from '../store/store.ts';
import type { Wanted } from '../worktree/drain.ts';

/** What a smudge request is to be answered with. */
export type SmudgePlan =
  /** Not a pointer: the content as it came. */
  | { readonly kind: 'pass' }
  /** The pointer, journalled; the content follows when git has finished. */
  | { readonly kind: 'defer'; readonly pointer: Pointer }
  /** The content, through the pipe. */
  | { readonly kind: 'stream'; readonly pointer: Pointer };

/**
 * Decides how to answer. git sends `can-delay=1` only where it writes the working tree itself and will read the file's stat data
 * afterwards; anybody else takes the answer for the content.
 */
export function planSmudge(content: Buffer, canDelay: boolean, execWaits: () => boolean): SmudgePlan {
  if (content.length > MAX_POINTER_BYTES || !looksLikePointer(content)) return { kind: 'pass' };
  const pointer = parsePointer(content);
  if (pointer === undefined) return { kind: 'pass' };
  return canDelay && !execWaits() ? { kind: 'defer', pointer } : { kind: 'stream', pointer };
}

/** True if a rebase under way will run commands, which must see contents, before git ends and the filter with it. */
export function rebaseExecutes(repository: Repository): boolean {
  const todo = path.join(repository.gitDir, 'rebase-merge', 'git-rebase-todo');
  const text = unless(['ENOENT', 'ENOTDIR'], () => fs.readFileSync(todo, 'latin1'));
  return text !== undefined && /^\s*(x|exec)\s/m.test(text);
}

export type BringObjects = (wanted: readonly Wanted[]) => Promise<ReadonlySet<string>>;

/** The object of a pointer from the store, fetched first if it is not there. Throws OBJECT_MISSING, or why it cannot be fetched. */
export async function openOrFetch(
  pointer: Pointer,
  pathname: string,
  store: FileStore,
  bring: BringObjects,
): Promise<StoredObject> {
  const here = openWhole(pointer, store);
  if (here !== undefined) return here;
  await bring([{ ...pointer, path: pathname }]);
  const fetched = openWhole(pointer, store);
  if (fetched !== undefined) return fetched;
  throw new LodeError('OBJECT_MISSING', 'the content is neither here nor on the remote', {
    subject: pathname,
    hint: 'whoever committed it has to push it: git lode push',
  });
}

/** Reads an object part by part, each of up to `bytes` bytes, into the same memory. */
export function partReader(object: StoredObject, bytes: number): (offset: number, length: number) => Buffer {
  const part = Buffer.allocUnsafeSlow(Math.min(object.size, bytes));
  return (offset, length) => object.read(offset, length, part.subarray(0, length));
}

function openWhole({ oid, size }: Pointer, store: FileStore): StoredObject | undefined {
  const object = store.open(oid, size);
  if (object === undefined || object.size === size) return object;
  object.close();
  return undefined;
}

/** One line for a file whose content could not be had. */
export function warnOf(error: unknown, pathname: string, reporter: Reporter): void {
  if (!isLodeError(error)) throw error;
  const subject = error.subject === undefined || error.subject === pathname ? '' : ` (${error.subject})`;
  reporter.warn(
    `${pathname}: ${error.message}${subject}${error.hint === undefined ? '' : `\n  ${error.hint}`}`,
  );
}
