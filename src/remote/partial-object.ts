import type { RecipeChunk } from '../format/recipe.ts';
import { PARTIAL_BYTES } from '../store/partial.ts';
import { sha256 } from '../store/sha256.ts';
import type { Store, StoredObject } from '../store/store.ts';
import type { Wanted } from './fetch.ts';

/** What a fetch that was cut has left of an object: chunks that need no download. */
export class PartialObject {
  readonly #object: StoredObject;
  #buffer = Buffer.alloc(0);
  #isOpen = true;

  private constructor(object: StoredObject) {
    this.#object = object;
  }

  /** Undefined if nothing is left of it. */
  static open(
    store: Pick<Store, 'openPartial'> | undefined,
    { oid, size }: Wanted,
  ): PartialObject | undefined {
    const object = size >= PARTIAL_BYTES ? store?.openPartial(oid) : undefined;
    return object && new PartialObject(object);
  }

  /** True if the chunk is there, whole: it is read and checked. */
  holds(chunk: RecipeChunk, offset: number): boolean {
    const { rawLength, hash } = chunk;
    if (this.#buffer.length < rawLength) this.#buffer = Buffer.allocUnsafeSlow(rawLength);
    const bytes = this.read(chunk, offset, this.#buffer);
    return bytes !== undefined && sha256(bytes) === hash;
  }

  /** What is at the place of the chunk. It is not checked again: the object is, as a whole. */
  read({ rawLength }: RecipeChunk, offset: number, into?: Buffer): Buffer | undefined {
    if (!this.#isOpen || offset + rawLength > this.#object.size) return undefined;
    try {
      return this.#object.read(offset, rawLength, into);
    } catch {
      // Shorter by now, or on a bad disk: nobody depends on it.
      return undefined;
    }
  }

  close(): void {
    if (this.#isOpen) this.#object.close();
    this.#isOpen = false;
  }
}
