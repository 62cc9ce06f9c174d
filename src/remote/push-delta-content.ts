import { sha256 } from '../store/sha256.ts';
import type { Store, StoredObject } from '../store/store.ts';
import type { Coder } from './coder.ts';
import { LocalChunks } from './local-chunks.ts';
import type { PackReader } from './pack-reader.ts';
import type { OldVersion } from './push-delta-versions.ts';
import { type PlacedBase, recipeChunk } from './push-entry.ts';
import type { RecipeCache } from './recipe-cache.ts';

/** Neighbouring chunks often have one base, and one that was tried in vain is tried again for the next. */
const KEPT = 8;
/** Deltas that a push reads from the remote at most: each is a request that waits for its answer. */
const REMOTE_READS_MAX = 512;
const ORIGINS_MAX = 100_000;

/** Where a chunk's plain bytes are: in an object that was here when last seen. */
export interface Origin {
  readonly oid: string;
  readonly offset: number;
}

export interface BaseSources {
  readonly store: Store;
  readonly coder: Coder;
  readonly recipes: RecipeCache;
  readonly reader: PackReader;
}

const NOTHING: ReadonlySet<string> = new Set();

/**
 * The plain bytes of bases: from the local store where any object has them, else from the remote, a bounded number of times. Always
 * checked against their hash: a frame that was made with other bytes could never be read.
 */
export class BaseContent {
  readonly #sources: BaseSources;
  readonly #local: LocalChunks;
  readonly #kept = new Map<string, Buffer>();
  /** Where the bases that were used are. */
  readonly #origins = new Map<string, Origin>();
  #open: { readonly oid: string; readonly object: StoredObject | undefined } | undefined;
  /** The versions in whose recipes nothing has been looked for yet. */
  #unsearched: readonly OldVersion[] = [];
  #remoteReads = 0;

  constructor(sources: BaseSources) {
    this.#sources = sources;
    this.#local = new LocalChunks(sources.store, sources.recipes);
  }

  /** From now on bases of these versions' chunks are asked for. */
  begin(versions: readonly OldVersion[]): void {
    this.#unsearched = versions;
  }

  /** Undefined if they cannot be had. `origin`: where the caller knows them to be. */
  async read(base: PlacedBase, origin?: Origin): Promise<Buffer | undefined> {
    const { hash, rawLength } = base;
    if (origin !== undefined) this.#remember(hash, origin);
    const bytes =
      this.#kept.get(hash) ??
      this.#at(this.#origins.get(hash), hash, rawLength) ??
      this.#elsewhere(hash) ??
      (await this.#onRemote(base));
    if (bytes !== undefined) this.#keep(hash, bytes);
    return bytes;
  }

  /** The object that holds a version, to look at; it is closed by the next call or by `close`. */
  object(oid: string): StoredObject | undefined {
    if (this.#open?.oid === oid) return this.#open.object;
    this.#open?.object?.close();
    this.#open = { oid, object: this.#sources.store.open(oid) };
    return this.#open.object;
  }

  close(): void {
    this.#open?.object?.close();
    this.#open = undefined;
    this.#local.close();
  }

  #at(origin: Origin | undefined, hash: string, length: number): Buffer | undefined {
    if (origin === undefined) return undefined;
    const object = this.object(origin.oid);
    if (object === undefined || origin.offset + length > object.size) return undefined;
    const bytes = object.read(origin.offset, length);
    return sha256(bytes) === hash ? bytes : undefined;
  }

  #elsewhere(hash: string): Buffer | undefined {
    const versions = this.#unsearched;
    this.#unsearched = [];
    if (versions.length > 0) {
      const chunks = versions.flatMap(({ chunks }) => chunks.map(({ chunk }) => recipeChunk(chunk)));
      this.#local.search(chunks, NOTHING);
    }
    return this.#local.read(hash);
  }

  async #onRemote({ hash, kind, rawLength, spot }: PlacedBase): Promise<Buffer | undefined> {
    const { reader, coder } = this.#sources;
    const pack = spot.slot.name;
    if (pack === undefined || this.#remoteReads >= REMOTE_READS_MAX) return undefined;
    this.#remoteReads++;
    const stored = await reader.read({ pack, offset: spot.offset, length: spot.length });
    reader.throwIfStopped();
    if (typeof stored === 'string') return undefined;
    return coder.decode({ kind, data: stored, rawLength, hash });
  }

  #keep(hash: string, bytes: Buffer): void {
    this.#kept.delete(hash);
    this.#kept.set(hash, bytes);
    if (this.#kept.size > KEPT) this.#kept.delete(this.#kept.keys().next().value!);
  }

  #remember(hash: string, origin: Origin): void {
    this.#origins.set(hash, origin);
    if (this.#origins.size > ORIGINS_MAX) this.#origins.delete(this.#origins.keys().next().value!);
  }
}
