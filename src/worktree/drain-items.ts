import { blobId } from '../git/blob-id.ts';
import { objectFormat, type Repository } from '../git/repository.ts';
import { formatPointer } from '../pointer.ts';
import type { LeftReason } from './drain.ts';
import type { StatWords } from './git-index.ts';
import type { PointerFile } from './pointer-file.ts';
import { isSafeName } from './safe-path.ts';

/** One file on its way from pointer to content. The steps of the drain fill in what they learn. */
export interface Item {
  /** The path's bytes as a latin1 string. */
  readonly name: string;
  readonly oid: string;
  readonly size: number;
  /** The exact bytes of the file: what the filter answered, or the same with other line ends. */
  readonly pointer: Buffer;
  /** git's object id of the pointer. */
  readonly blob: Buffer;
  /** git's index has this pointer at this path, and its entry may be patched (`git`: only by git itself). */
  chosen: boolean;
  byGit: boolean;
  /** The file is somebody's edit or is finished: nothing is left to do. */
  done: boolean;
  left: LeftReason | undefined;
  /** The system's code where `left` is `failed`. */
  failure: string | undefined;
  /** Of the file with its content, once it is in place. */
  stat: StatWords | undefined;
}

/** One item for each file and object, in the journal's order; names that would leave the working tree are dropped. */
export function collectItems(repository: Repository, records: readonly PointerFile[]): Item[] {
  const algorithm = objectFormat(repository);
  const items = new Map<string, Item>();
  for (const { oid, size, path, bytes } of records) {
    const name = path.toString('latin1');
    if (!isSafeName(name)) continue;
    const key = `${oid}${name}`;
    if (items.has(key)) continue;
    const pointer = formatPointer({ oid, size });
    const blob = blobId(pointer, algorithm);
    items.set(key, {
      name,
      oid,
      size,
      pointer: bytes ?? pointer,
      blob,
      chosen: false,
      byGit: false,
      done: false,
      left: undefined,
      failure: undefined,
      stat: undefined,
    });
  }
  return [...items.values()];
}
