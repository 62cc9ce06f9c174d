import { copyBytes } from '../copy-bytes.ts';
import { isLodeError } from '../errors.ts';
import { sha256 } from '../store/sha256.ts';
import type { ObjectWriter, Store } from '../store/store.ts';

/** Objects up to this size are in memory as a whole before they are stored. */
export const WHOLE_BYTES = 1024 * 1024;

/** Which bytes of which object come next. */
export interface Part {
  readonly oid: string;
  /** Bytes of the object. */
  readonly size: number;
  /** Where the bytes begin in the object. */
  readonly offset: number;
  readonly last: boolean;
  /** Where the object's bytes may go to beside the store. */
  readonly copyTo?: string | undefined;
}

export type Assembled =
  | { readonly outcome: 'more' }
  /** The object is in the store. `content`: the whole of it, until the next call, where it is in memory. */
  | { readonly outcome: 'stored'; readonly content?: Buffer }
  /** It is not the object. Nothing of it is left. */
  | { readonly outcome: 'corrupt' };

const MORE: Assembled = { outcome: 'more' };
const CORRUPT: Assembled = { outcome: 'corrupt' };

/** Puts objects into the store from their parts, which come in order and one object after the other. Whoever begins one gives up the one before. */
export class Assembler {
  readonly #store: Store;
  /** An object that is too large to be in memory. */
  #writer: ObjectWriter | undefined;
  /** The parts of one that is not, one behind the other. */
  #held: Buffer | undefined;
  /** Bytes of the object that is being put together. */
  #length = 0;

  constructor(store: Store) {
    this.#store = store;
  }

  /** Takes in a part; the last one puts the object into the store, if that proves to be the object that is wanted. */
  take(part: Part, bytes: Buffer): Assembled {
    if (part.offset === 0) this.abandon();
    const follows = part.offset === this.#length && part.offset + bytes.length <= part.size;
    this.#length += bytes.length;
    const assembled = follows ? this.#takeIn(part, bytes) : CORRUPT;
    if (assembled === CORRUPT) this.abandon();
    return assembled;
  }

  /** Removes what is half written. */
  abandon(): void {
    this.#length = 0;
    this.#writer?.abort();
    this.#writer = undefined;
  }

  #takeIn(part: Part, bytes: Buffer): Assembled {
    return part.size <= WHOLE_BYTES ? this.#join(part, bytes) : this.#write(part, bytes);
  }

  /** One that comes in one part is not copied. */
  #join({ oid, size, offset, last }: Part, bytes: Buffer): Assembled {
    let content = bytes;
    if (offset > 0 || !last) {
      this.#held ??= Buffer.allocUnsafeSlow(WHOLE_BYTES);
      copyBytes(bytes, this.#held, offset);
      content = this.#held.subarray(0, offset + bytes.length);
    }
    if (!last) return MORE;
    if (content.length !== size || sha256(content) !== oid) return CORRUPT;
    this.#store.add(oid, content);
    return { outcome: 'stored', content };
  }

  #write({ oid, size, last, copyTo }: Part, bytes: Buffer): Assembled {
    try {
      this.#writer ??= this.#store.write(size, oid, copyTo);
      this.#writer.write(bytes);
      if (!last) return MORE;
      this.#writer.finish(oid);
      this.#writer = undefined;
      return { outcome: 'stored' };
    } catch (error) {
      if (isLodeError(error, 'OBJECT_CORRUPT')) return CORRUPT;
      this.abandon();
      throw error;
    }
  }
}
