/** Bytes of an entry: oid (32), offset of the content (4), its length (4), both big-endian. */
export const INDEX_ENTRY = 40;
/** Entries between two that are remembered, on average: these are found without a search. */
const GROUP = 8;
const GROUP_BITS_MAX = 20;

const key = Buffer.alloc(32);

/** The index of one bundle: entries sorted by oid. */
export class BundleIndex {
  readonly #bytes: Buffer;
  readonly count: number;
  /** How many first bits of an oid say in which group of `#ends` it is. */
  readonly #groupBits: number;
  /** Where each group ends; the one before it ends where it begins. */
  #ends: Uint32Array | undefined;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
    this.count = Math.floor(bytes.length / INDEX_ENTRY);
    let bits = 0;
    while (bits < GROUP_BITS_MAX && this.count > GROUP * 2 ** bits) bits++;
    this.#groupBits = bits;
  }

  /** The number of the entry of an oid, or -1. */
  find(oid: string): number {
    if (key.write(oid, 0, 32, 'hex') !== 32) return -1;
    const head = key.readUInt32BE(0);
    this.#ends ??= this.#groups();
    const group = this.#groupOf(head);
    let low = group === 0 ? 0 : this.#ends[group - 1]!;
    let high = this.#ends[group]!;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const order = this.#compare(middle, head);
      if (order === 0) return middle;
      if (order < 0) low = middle + 1;
      else high = middle;
    }
    return -1;
  }

  oid(entry: number): string {
    const at = entry * INDEX_ENTRY;
    return this.#bytes.toString('hex', at, at + 32);
  }

  offset(entry: number): number {
    return this.#bytes.readUInt32BE(entry * INDEX_ENTRY + 32);
  }

  length(entry: number): number {
    return this.#bytes.readUInt32BE(entry * INDEX_ENTRY + 36);
  }

  /** How an entry's oid stands to the `key`, whose first word is `head`. */
  #compare(entry: number, head: number): number {
    const at = entry * INDEX_ENTRY;
    return this.#bytes.readUInt32BE(at) - head || this.#bytes.compare(key, 0, 32, at, at + 32);
  }

  #groupOf(head: number): number {
    return this.#groupBits === 0 ? 0 : head >>> (32 - this.#groupBits);
  }

  #groups(): Uint32Array {
    const ends = new Uint32Array(2 ** this.#groupBits);
    for (let entry = 0; entry < this.count; entry++)
      ends[this.#groupOf(this.#bytes.readUInt32BE(entry * INDEX_ENTRY))]!++;
    for (let group = 1; group < ends.length; group++) ends[group]! += ends[group - 1]!;
    return ends;
  }
}
