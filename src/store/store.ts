/**
 * The local object store: whole contents by oid, in `<commonDir>/lode/objects`, shared by all worktrees.
 * Blocking, because the filter that uses it answers one request at a time and its process has nothing else to do.
 */
export interface Store {
  /** Where it is: another thread opens the same store by it. */
  readonly folder: string;
  /** True if the object is here with this size. Its bytes were verified when it came in. */
  has(oid: string, size: number): boolean;
  /** The object, or undefined if it is not here. Close what `open` gives. A known `size` makes finding a small one cheaper. */
  open(oid: string, size?: number): StoredObject | undefined;
  /**
   * A whole small object, read and verified, in memory that the next call may overwrite. Undefined if it is not here, or not what it was;
   * `open` tells which.
   */
  view(oid: string, size: number): Buffer | undefined;
  /**
   * Starts a new object of `size` bytes (undefined: not known yet). Small ones share files. Nothing is visible before
   * `finish`; a writer that is neither finished nor aborted leaves a temporary file that a later command removes. Where `oid` is known,
   * what is written of a large object stays until somebody finishes it, and what is here of it is not written again; and `copyTo`, a file
   * that must not exist, may get the same bytes: when the object is in place it is either of the same size, and has them all, or gone.
   */
  write(size?: number, oid?: string, copyTo?: string): ObjectWriter;
  /** Stores a whole content whose oid the caller has just computed from these bytes. */
  add(oid: string, content: Uint8Array): void;
  /**
   * What an unfinished writer, of a process that is no more, has left of an object that is not here. Its bytes are unverified; a writer of
   * the object goes on with them.
   */
  openPartial(oid: string): StoredObject | undefined;
  /** About how many objects are here: too few where one was added meanwhile, too many where one is here twice. Costs little. */
  count(): number;
  /** Every object, some perhaps twice. Reads the whole folder. */
  list(): Iterable<Listed>;
  /**
   * Takes an object that has proven to be damaged out of the store, so that the next whole copy of it is taken in. It is moved, never
   * deleted.
   */
  setAside(oid: string): void;
  /** Makes everything added since the last call durable: at most one flush for many objects. */
  flush(): void;
}

export interface Listed {
  readonly oid: string;
  /** Bytes of content. */
  readonly size: number;
}

export interface StoredObject {
  readonly size: number;
  /** A file that holds exactly this content, to clone or copy from; undefined for an object that shares a file. */
  readonly file: string | undefined;
  /** `length` bytes from `offset`: at the beginning of `into` where it is given, else in a buffer that is the caller's own. */
  read(offset: number, length: number, into?: Buffer): Buffer;
  close(): void;
}

export interface ObjectWriter {
  /** Appends; the bytes are copied or written before it returns. */
  write(bytes: Uint8Array): void;
  /**
   * Puts the object in place and gives its oid. The size, and `oid` where it is known, are verified: throws OBJECT_CORRUPT and leaves
   * nothing if they differ.
   */
  finish(oid?: string): string;
  abort(): void;
}
