/**
 * A place that keeps bytes under keys: the data remote as the protocol above sees it.
 *
 * Contract, run against every implementation by test/contract:
 * - A key is segments of `[a-z0-9.-]+` joined by `/`, none of which begins with a dot, and no key is another key's folder
 *   (`keys.ts` checks it; anything else is `PATH_UNSAFE`).
 * - A name is never used twice for different bytes, so nothing here is conditional; `put` of a key that exists
 *   with the same size succeeds as `exists` and changes nothing, with another size it is `REMOTE_FORMAT` and changes nothing.
 * - After `put` resolves, `get` and `list` of every client see the whole file; before that, `get` sees nothing
 *   (never a part of it). A put that failed may still have arrived.
 * - A missing key is the error `KEY_MISSING`; every other failure is a LodeError of a `REMOTE_*` code (`INTERRUPTED` after an
 *   abort), with `retryable` set where the same request may pass later. Implementations do not retry: a wrapper does.
 * - Times are the store's own clock, in milliseconds since 1970.
 */
export interface Backend {
  /** What a person calls this place: `s3://bucket/prefix` or a folder. Never holds a credential. */
  readonly url: string;

  /**
   * Reads `length` bytes (1 to `MAX_READ`) from `offset`, or the whole file without a range. A range that the file does not
   * hold whole, and a whole file over `MAX_READ`, are `REMOTE_FORMAT`. The result is the caller's own memory, shared with
   * no pool. A wrapper that retries hands one `progress` to each try, to go on from the byte reached. A caller that would have
   * the answer in a buffer of its own gives a `progress` with `bytes` of the range's length; the result may still be another.
   */
  get(key: string, range?: ByteRange, progress?: ReadProgress): Promise<GetResult>;

  /**
   * Stores a whole file. `body` is its parts in order, not changed until the promise settles; `sha256` is the hex digest of
   * all of them together. A body that does not have this digest is `REMOTE_FAILED`, and nothing is stored. `onSent` may be told, for
   * people who watch, how many of the bytes are on their way; it begins again with each try.
   */
  put(key: string, body: readonly Uint8Array[], sha256: string, onSent?: OnSent): Promise<PutResult>;

  /** Size and time of one key, or undefined if it is missing: proof of existence (a directory reads the last byte). */
  head(key: string): Promise<HeadResult>;

  /**
   * Every key that starts with `prefix` (and, with `after`, sorts behind that key), in byte order, page by page as the store
   * gives them; at least one page, which may be empty. A key written or deleted meanwhile is listed or not.
   */
  list(prefix: string, after?: string): AsyncIterable<ListPage>;

  /** Removes keys; a key that is missing counts as removed. Fails with the first key that could not be removed. */
  delete(keys: readonly string[]): Promise<void>;

  /** Lets connections go. Nothing may be called afterwards. */
  close(): void;
}

/** The most bytes that one `get` returns (64 MiB): twice the largest pack, and a bound on what a hostile store can make us hold. */
export const MAX_READ = 64 * 1024 * 1024;

export type OnSent = (bytes: number) => void;

export interface ByteRange {
  readonly offset: number;
  readonly length: number;
}

/** What the earlier tries of one read received. Made empty (`{ filled: 0 }`); only implementations fill it. */
export interface ReadProgress {
  /** As long as the whole answer; undefined until the first answer told the length. */
  bytes?: Buffer;
  /** How many of them have arrived, from the start. */
  filled: number;
  /** The store's name for the state that they were read from, so that later bytes come from the same. */
  etag?: string;
  /** How often the store has fallen silent: each time it is given longer. */
  silences?: number;
  /** May be told, for people who watch, of so many bytes more. */
  readonly onBytes?: ((bytes: number) => void) | undefined;
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
