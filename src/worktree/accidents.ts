import type { BlobKind } from '../git/blob-kinds.ts';
import type { Pointer } from '../pointer.ts';

/*
 * What may be wrong with a file that git-lode keeps, decided from what git's index and the working tree hold. A pointer of a pointer
 * is not among it: clean passes a pointer as it is, whatever its line ends, so git never gets one.
 */
export type AccidentKind =
  /** git's index has the content itself, from a git without the filter. */
  | 'content-in-index'
  /** The file is the pointer that git's index has. */
  | 'pointer-in-tree'
  /** The file is a pointer, and git's index has something else: a version that somebody put there, and did not stage. */
  | 'other-pointer-in-tree'
  /** The file is whole, and git's index remembers another size, such as the pointer's: git takes it for modified without a look. */
  | 'size-in-index'
  /** git's index has a pointer of git-lfs: content of which only git-lfs knows where it is. */
  | 'lfs-pointer-in-index';

/** What the working tree has at a path. */
export type InTree =
  /** Nothing, or nothing that is a regular file. */
  | { readonly kind: 'none' }
  | { readonly kind: 'pointer'; readonly pointer: Pointer }
  | { readonly kind: 'content' /** In bytes. */; readonly size: number };

/**
 * What is wrong with one file. `size-in-index` is a suspicion, until the file's content has proven to be the pointer's: else it is
 * an edit, and git is right. `blob` is undefined where git does not have it here.
 */
export function accidentsOf(
  blob: BlobKind | undefined,
  recordedSize: number,
  inTree: InTree,
): AccidentKind[] {
  const found: AccidentKind[] = [];
  if (blob?.kind === 'content') found.push('content-in-index');
  if (blob?.kind === 'lfs-pointer') found.push('lfs-pointer-in-index');
  if (inTree.kind === 'pointer') {
    found.push(
      blob?.kind === 'pointer' && isSame(blob.pointer, inTree.pointer)
        ? 'pointer-in-tree'
        : 'other-pointer-in-tree',
    );
  } else if (inTree.kind === 'content' && blob?.kind === 'pointer') {
    const mayBeWhole = inTree.size === blob.pointer.size;
    if (mayBeWhole && !isSizeWord(recordedSize, inTree.size)) found.push('size-in-index');
  }
  return found;
}

function isSame(one: Pointer, other: Pointer): boolean {
  return one.oid === other.oid && one.size === other.size;
}

const FOUR_GIB = 0x1_0000_0000;

/** True if git's index may say this of a file of that size, or says that it does not know: git then looks at the content itself. */
function isSizeWord(recorded: number, size: number): boolean {
  return recorded === 0 || recorded === size % FOUR_GIB || (size % FOUR_GIB === 0 && recorded === 0x80000000);
}

/** git itself reads these, also from its index: as pointers they would say nothing. */
export function isGitsOwn(name: string): boolean {
  return /(^|\/)\.git[^/]*$/.test(name);
}
