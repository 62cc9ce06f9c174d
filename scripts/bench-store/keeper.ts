/** One way to keep all versions of a folder, whose bytes are counted. */
export interface Keeper {
  readonly name: string;
  /** The program's version; undefined where it is not installed. What runs in this process is always there. */
  probe(): string | undefined;
  /** Begins with nothing, in the empty folder `parent`. */
  open(parent: string): Kept;
}

export interface Kept {
  /** Keeps what the folder holds now, beside all that it held before. */
  keep(folder: string): void;
  /** After the last version: what a careful person would run before looking at the size. */
  finish?(): void;
  /** Bytes in which all versions are kept. */
  bytes(): number;
  /** A folder that holds version `i` again, counted from 0. Only ours is asked: what the others keep is what they are known for. */
  restore?(i: number): string;
}
