/**
 * A place that keeps bytes under keys: the data remote as the protocol above sees it.
 *
 * Contract, run against every implementation by test/contract:
 * - A key is `[a-z0-9./-]+`, without an empty, `.` or `..` segment, and no key is another key's folder.
 * - A name is never used twice for different bytes, so nothing here is conditional; `put` of a key that exists
 *   with the same size succeeds as `exists` and changes nothing.
 * - After `put` resolves, `get` and `list` of every client see the whole file; before that, `get` sees nothing
 *   (never a part of it). A put that failed may still have arrived.
 * - A missing key is the error `KEY_MISSING`; every other failure is a LodeError of another `REMOTE_*` code, with
 *   `retryable` set where the same request may pass later. Implementations do not retry: a wrapper does.
 * - Times are the store's own clock, in milliseconds since 1970.
 */
export interface Backend {
  /** What a person calls this place: `s3://bucket/prefix` or a folder. Never holds a credential. */
  readonly url: string;

  /**
   * Reads `length` bytes from `offset` (both in bytes), or the whole file without a range. A range that the file does not
   * hold whole is `REMOTE_FORMAT`. The result is the caller's own.
   */
  get(key: string, range?: ByteRange): Promise<GetResult>;

  /** Stores a whole file. `body` is its parts in order; `sha256` the hex digest of all of them together. */
  put(key: string, body: readonly Uint8Array[], sha256: string): Promise<PutResult>;

  /** Size and time of one key, or undefined if it is missing: proof of existence (a directory reads the last byte). */
  head(key: string): Promise<HeadResult>;

  /** Every key that starts with `prefix`, in byte order, page by page as the store gives them. */
  list(prefix: string): AsyncIterable<ListPage>;

  /** Removes keys; a key that is missing counts as removed. Fails with the first key that could not be removed. */
  delete(keys: readonly string[]): Promise<void>;

  /** Lets connections go. Nothing may be called afterwards. */
  close(): void;
}

export interface ByteRange {
  readonly offset: number;
  readonly length: number;
}

export interface GetResult {
  readonly bytes: Buffer;
  /** The store's clock when it answered. */
  readonly now: number;
}

export interface PutResult {
  readonly outcome: 'created' | 'exists';
  readonly now: number;
}

export interface HeadResult {
  readonly found: { readonly size: number; readonly time: number } | undefined;
  readonly now: number;
}

export interface ListPage {
  readonly entries: readonly ListEntry[];
  readonly now: number;
}

export interface ListEntry {
  readonly key: string;
  readonly size: number;
  /** When the store says that the key was last written. */
  readonly time: number;
}
