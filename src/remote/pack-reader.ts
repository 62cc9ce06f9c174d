import pLimit from 'p-limit';
import type { Backend } from '../backend/backend.ts';
import { isLodeError, LodeError } from '../errors.ts';
import { packKey } from '../format/keys.ts';
import type { Place } from '../format/recipe.ts';
import { type Failure, Ranges } from './ranges.ts';

const CONCURRENCY = 16;

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

  read(place: Place): Promise<Buffer | Failure> {
    return this.#limit(() => this.#read(place));
  }

  async readAll(places: readonly Place[]): Promise<Ranges> {
    const read = async (place: Place) => ({ place, content: await this.read(place) });
    return new Ranges(await Promise.all(places.map(read)));
  }

  async #read({ pack, offset, length }: Place): Promise<Buffer | Failure> {
    if (this.stopped) return 'unreached';
    try {
      const { bytes } = await this.#backend.get(packKey(pack), { offset, length });
      return bytes.length === length ? bytes : 'corrupt';
    } catch (error) {
      if (isLodeError(error, 'KEY_MISSING')) return 'gone';
      if (isLodeError(error, 'REMOTE_FORMAT')) return 'corrupt';
      this.#stopped ??= error;
      return 'unreached';
    }
  }
}
