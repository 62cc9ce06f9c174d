import pLimit from 'p-limit';
import type { Backend } from '../backend/backend.ts';
import { isLodeError, LodeError } from '../errors.ts';
import { packKey } from '../format/keys.ts';
import type { Place } from '../format/recipe.ts';
import { type Failure, Ranges } from './ranges.ts';

const CONCURRENCY = 16;

/** Told of so many bytes more, as they come. */
export type OnBytes = (bytes: number) => void;

/**
 * Reads ranges of packs, 16 at once. Never rejects: once the remote is out of reach, or the signal has fired, every later
 * read is `unreached` without a request, so that what has arrived can be put away before `throwIfStopped` tells why.
 */
export class PackReader {
  readonly #backend: Backend;
  readonly #signal: AbortSignal;
  readonly #limit = pLimit(CONCURRENCY);
  #stopped: unknown;

  constructor(backend: Backend, signal: AbortSignal) {
    this.#backend = backend;
    this.#signal = signal;
  }

  /** True if the remote is out of reach or the signal has fired. */
  get stopped(): boolean {
    return this.#stopped !== undefined || this.#signal.aborted;
  }

  throwIfStopped(): void {
    if (this.#stopped !== undefined) throw this.#stopped;
    if (this.#signal.aborted)
      throw new LodeError('INTERRUPTED', 'interrupted', { cause: this.#signal.reason });
  }

  /** `into`, of the place's length, saves an allocation; the bytes may be elsewhere all the same. */
  read(place: Place, into?: Buffer, onBytes?: OnBytes): Promise<Buffer | Failure> {
    return this.#limit(() => this.#read(place, into, onBytes));
  }

  /** Reads all of `places`, side by side into `into` if it is given and long enough: only then `onBytes` is told. */
  async readAll(places: readonly Place[], into?: Buffer, onBytes?: OnBytes): Promise<Ranges> {
    let used = 0;
    const parts = places.map(async (place) => {
      const start = used;
      used += place.length;
      const room = into !== undefined && used <= into.length ? into.subarray(start, used) : undefined;
      return { place, content: await this.read(place, room, onBytes) };
    });
    return new Ranges(await Promise.all(parts));
  }

  async #read(
    { pack, offset, length }: Place,
    into: Buffer | undefined,
    onBytes: OnBytes | undefined,
  ): Promise<Buffer | Failure> {
    if (this.stopped) return 'unreached';
    const progress = into === undefined ? undefined : { filled: 0, bytes: into, onBytes };
    try {
      const { bytes } = await this.#backend.get(packKey(pack), { offset, length }, progress);
      return bytes.length === length ? bytes : 'corrupt';
    } catch (error) {
      if (isLodeError(error, 'KEY_MISSING')) return 'gone';
      if (isLodeError(error, 'REMOTE_FORMAT')) return 'corrupt';
      this.#stopped ??= error;
      return 'unreached';
    }
  }
}
