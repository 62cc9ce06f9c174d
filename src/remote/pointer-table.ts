import { blobObject, type ObjectFormat, objectId } from '../git/blob-id.ts';
import { formatPointer, type Pointer } from '../pointer.ts';

const OID_BYTES = 32;
const KEY_BYTES = { sha1: 20, sha256: 32 };
/** Contents of more sizes than this are rare, each of them: their blobs are made anew. */
const SIZES_MAX = 4096;

/**
 * Pointers by their blobs' ids in git. A Map of as many strings and objects would take five times the memory, and most of the time goes
 * into waiting for memory.
 */
export class PointerTable {
  readonly #algorithm: ObjectFormat;
  readonly #keyBytes: number;
  readonly #capacity: number;
  readonly #oids: Buffer;
  readonly #sizes: Float64Array;
  readonly #keys: Buffer;
  /** Open addressing: one more than a pointer's number, 0 where there is none. */
  readonly #slots: Uint32Array;
  readonly #key: Buffer;
  /** Blobs as git hashes them, by the size of the content: those of one size differ in the oid alone. */
  readonly #blobs = new Map<number, { readonly bytes: Buffer; readonly oidAt: number }>();
  #count = 0;

  constructor(capacity: number, algorithm: ObjectFormat) {
    this.#algorithm = algorithm;
    this.#keyBytes = KEY_BYTES[algorithm];
    this.#capacity = capacity;
    this.#oids = Buffer.allocUnsafe(capacity * OID_BYTES);
    this.#sizes = new Float64Array(capacity);
    this.#keys = Buffer.allocUnsafe(capacity * this.#keyBytes);
    this.#slots = new Uint32Array(2 ** Math.ceil(Math.log2(2 * capacity + 1)));
    this.#key = Buffer.alloc(this.#keyBytes);
  }

  get isFull(): boolean {
    return this.#count === this.#capacity;
  }

  /** There must be room. */
  add(pointer: Pointer): void {
    this.#key.write(objectId(this.#blobOf(pointer), this.#algorithm), 'hex');
    const slot = this.#search();
    if (this.#slots[slot] !== 0) return;
    const number = this.#count++;
    this.#slots[slot] = number + 1;
    this.#key.copy(this.#keys, number * this.#keyBytes);
    this.#oids.write(pointer.oid, number * OID_BYTES, 'hex');
    this.#sizes[number] = pointer.size;
  }

  /** The pointer whose blob has this id, hex. */
  find(blob: string): Pointer | undefined {
    if (this.#key.write(blob, 'hex') !== this.#keyBytes) return undefined;
    const number = this.#slots[this.#search()]! - 1;
    if (number < 0) return undefined;
    const at = number * OID_BYTES;
    return { oid: this.#oids.toString('hex', at, at + OID_BYTES), size: this.#sizes[number]! };
  }

  /** The slot of `#key`, or the empty one where it belongs. */
  #search(): number {
    const mask = this.#slots.length - 1;
    for (let slot = this.#key.readUInt32LE(0) & mask; ; slot = (slot + 1) & mask) {
      const number = this.#slots[slot]! - 1;
      if (number < 0) return slot;
      const at = number * this.#keyBytes;
      if (this.#keys.compare(this.#key, 0, this.#keyBytes, at, at + this.#keyBytes) === 0) return slot;
    }
  }

  /** In memory that the next call overwrites. */
  #blobOf({ oid, size }: Pointer): Buffer {
    let blob = this.#blobs.get(size);
    if (blob === undefined) {
      if (this.#blobs.size === SIZES_MAX) this.#blobs.clear();
      const bytes = blobObject(formatPointer({ oid, size }));
      blob = { bytes, oidAt: bytes.indexOf(oid, 0, 'latin1') };
      this.#blobs.set(size, blob);
    }
    blob.bytes.write(oid, blob.oidAt, 'latin1');
    return blob.bytes;
  }
}
