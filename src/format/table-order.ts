/** The order of an index file's entries, without a comparison for most of them: prefixes of hashes lie evenly. */
import { ENTRY_BYTES } from './table-layout.ts';

const BUCKET_BITS_MAX = 22;
/** More entries that begin alike are sorted by the general method: nobody's hashes do. */
const FEW = 16;

/** Prefix, pack and offset: entries that are the same in these are one. */
const PLACE_WORDS = 6;
const PUSH_AT = 28;

/**
 * The numbers of the entries in `entries`, as the layout has them, by their first 24 bytes; of those that are the same in these, the
 * earlier push first.
 */
export function entryOrder(entries: Buffer): Uint32Array {
  const view = new DataView(entries.buffer, entries.byteOffset, entries.length);
  const count = entries.length / ENTRY_BYTES;
  let bits = 1;
  while (bits < BUCKET_BITS_MAX && count > 2 ** bits) bits++;
  const bucketOf = (entry: number) => view.getUint32(entry * ENTRY_BYTES) >>> (32 - bits);
  const ends = new Uint32Array(2 ** bits);
  for (let entry = 0; entry < count; entry++) ends[bucketOf(entry)]!++;
  for (let bucket = 1; bucket < ends.length; bucket++) ends[bucket]! += ends[bucket - 1]!;
  const order = new Uint32Array(count);
  // From the last on, so that each bucket keeps the order that its entries came in; then an end is where the bucket begins.
  for (let entry = count - 1; entry >= 0; entry--) order[--ends[bucketOf(entry)]!] = entry;
  for (let bucket = 0; bucket < ends.length; bucket++)
    sort(order, ends[bucket]!, bucket + 1 < ends.length ? ends[bucket + 1]! : count, view);
  return order;
}

/** True if two entries name the same place of the same prefix. */
export function isSamePlace(view: DataView, a: number, b: number): boolean {
  return comparePlaces(view, a, b) === 0;
}

function sort(order: Uint32Array, begin: number, end: number, view: DataView): void {
  if (end - begin > FEW) {
    order.subarray(begin, end).sort((a, b) => compare(view, a, b));
    return;
  }
  for (let next = begin + 1; next < end; next++) {
    const entry = order[next]!;
    let at = next;
    for (; at > begin && compare(view, order[at - 1]!, entry) > 0; at--) order[at] = order[at - 1]!;
    order[at] = entry;
  }
}

function compare(view: DataView, a: number, b: number): number {
  return (
    comparePlaces(view, a, b) ||
    view.getUint16(a * ENTRY_BYTES + PUSH_AT) - view.getUint16(b * ENTRY_BYTES + PUSH_AT)
  );
}

function comparePlaces(view: DataView, a: number, b: number): number {
  for (let word = 0; word < PLACE_WORDS; word++) {
    const difference =
      view.getUint32(a * ENTRY_BYTES + 4 * word) - view.getUint32(b * ENTRY_BYTES + 4 * word);
    if (difference !== 0) return difference;
  }
  return 0;
}
