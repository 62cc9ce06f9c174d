import { blobId } from '../git/blob-id.ts';
import { objectFormat, type Repository } from '../git/repository.ts';
import { formatPointer } from '../pointer.ts';
import type { LeftReason } from './drain.ts';
import { packStat, type StatWords, unpackStat } from './git-index.ts';
import type { PointerFile } from './pointer-file.ts';
import { isSafeName } from './safe-path.ts';

/** One file on its way from pointer to content. The steps of the drain fill in what they learn. There may be very many. */
export class Item {
  /** The path's bytes as a latin1 string. */
  readonly name: string;
  readonly oid: string;
  readonly size: number;
  readonly #algorithm: 'sha1' | 'sha256';
  /** The file's bytes where they are not the pointer's own. */
  readonly #bytes: Buffer | undefined;
  /** git's index has this pointer at this path, and its entry may be patched (`git`: only by git itself). */
  chosen = false;
  byGit = false;
  /** The file is somebody's edit or is finished: nothing is left to do. */
  done = false;
  left: LeftReason | undefined = undefined;
  /** The system's code where `left` is `failed`. */
  failure: string | undefined = undefined;
  /** The file that gets the object's bytes as they come, to be renamed over the pointer. */
  copyTo: string | undefined = undefined;
  #stat: string | undefined = undefined;

  constructor(name: string, { oid, size, bytes }: PointerFile, algorithm: 'sha1' | 'sha256') {
    this.name = name;
    this.#bytes = bytes;
    this.oid = oid;
    this.size = size;
    this.#algorithm = algorithm;
  }

  /** True once the file has its content. */
  get isPlaced(): boolean {
    return this.#stat !== undefined;
  }

  /** Of the file with its content, once it is in place. */
  get stat(): StatWords | undefined {
    return this.#stat === undefined ? undefined : unpackStat(this.#stat);
  }

  set stat(stat: StatWords) {
    this.#stat = packStat(stat);
  }

  /** The exact bytes of the file: what the filter answered, or the same with other line ends. */
  get pointer(): Buffer {
    return this.#bytes ?? formatPointer(this);
  }

  /** git's object id of the pointer. */
  get blob(): Buffer {
    return blobId(formatPointer(this), this.#algorithm);
  }

  /** The path as people read it. */
  get path(): string {
    return Buffer.from(this.name, 'latin1').toString('utf8');
  }
}

/** True if nothing is decided yet of the item. */
export function isOpen({ left, done, isPlaced }: Item): boolean {
  return left === undefined && !done && !isPlaced;
}

/** One item for each file and object, in the journal's order; names that would leave the working tree are dropped. */
export function collectItems(repository: Repository, records: readonly PointerFile[]): Item[] {
  const algorithm = objectFormat(repository);
  const items = new Map<string, Item>();
  for (const record of records) {
    const name = record.path.toString('latin1');
    const key = `${record.oid}${name}`;
    if (isSafeName(name) && !items.has(key)) items.set(key, new Item(name, record, algorithm));
  }
  return [...items.values()];
}
