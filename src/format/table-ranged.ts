/**
 * Reads index files in part. SHA-256 is uniform, so a key's place in its group is known to within some standard
 * deviations, and one small range holds it, among ten million as among a thousand.
 */
import { tableKey } from './keys.ts';
import { NAME_BYTES } from './recipe-layout.ts';
import { invalid } from './signature.ts';
import type { FoundObject, RangedTable, ReadRange } from './table.ts';
import {
  decodeEntry,
  decodeTableHeader,
  ENTRY_BYTES,
  groupOf,
  oidPrefix,
  PREFIX_BYTES,
  prefixAt,
  TABLE_HEADER_MAX,
  type TableHeader,
} from './table-layout.ts';

/** Reads the header. `size` is the file's, in bytes, from the listing. */
export async function openTable(read: ReadRange, size: number, name: string): Promise<RangedTable> {
  const header = decodeTableHeader(await read(0, Math.min(size, TABLE_HEADER_MAX)), size, name);
  return { size: header.objects, find: (oid) => find(read, header, oid, name) };
}

/** Entries on either side of the expected one: four standard deviations in the groups of ten million objects. */
const MARGIN = 96;
/** No honest group is longer; a table that is not spread as hashes are would have us read all of it. */
const RANGE_MAX = 16_384;
/** Places that one object may have: each costs a request. */
const MATCHES_MAX = 64;

async function find(read: ReadRange, header: TableHeader, oid: string, name: string): Promise<FoundObject[]> {
  const key = Buffer.from(oidPrefix(oid), 'hex');
  const group = groupOf(key, header.groupBits);
  const first = group === 0 ? 0 : header.fanOut(group - 1);
  const end = header.fanOut(group);
  let { from, to } = expected(key, header.groupBits, first, end);
  for (;;) {
    if (from === to) return [];
    if (to - from > RANGE_MAX) throw invalid(tableKey(name), 'its objects are not spread as hashes are');
    const bytes = await read(header.at.entries + from * ENTRY_BYTES, (to - from) * ENTRY_BYTES);
    if (bytes.length !== (to - from) * ENTRY_BYTES) throw invalid(tableKey(name), 'it is cut off');
    const below = from > first && compare(bytes, 0, key) >= 0;
    const above = to < end && compare(bytes, bytes.length - ENTRY_BYTES, key) <= 0;
    if (!below && !above) return matches(read, header, bytes, key, name);
    // The range missed the key, or may hold only some of its entries: grow towards it, doubling.
    const grow = to - from;
    if (below) from = Math.max(first, from - grow);
    if (above) to = Math.min(end, to + grow);
  }
}

/** The entries of the group that the key is most likely among. */
function expected(key: Buffer, groupBits: number, first: number, end: number): { from: number; to: number } {
  // The bits that follow those of the group, as a part of one.
  const within = ((key.readUIntBE(0, 6) / 2 ** 48) * 2 ** groupBits) % 1;
  const guess = first + Math.floor(within * (end - first));
  return { from: Math.max(first, guess - MARGIN), to: Math.min(end, guess + MARGIN) };
}

function compare(bytes: Buffer, at: number, key: Buffer): number {
  return bytes.compare(key, 0, PREFIX_BYTES, at, at + PREFIX_BYTES);
}

async function matches(
  read: ReadRange,
  header: TableHeader,
  bytes: Buffer,
  key: Buffer,
  name: string,
): Promise<FoundObject[]> {
  const found: FoundObject[] = [];
  for (let at = 0; at < bytes.length && found.length < MATCHES_MAX; at += ENTRY_BYTES) {
    if (compare(bytes, at, key) !== 0) continue;
    const { kind, pack, offset, length } = decodeEntry(bytes, at, header, tableKey(name));
    const packName = await read(header.at.packs + pack * NAME_BYTES, NAME_BYTES);
    if (packName.length !== NAME_BYTES) throw invalid(tableKey(name), 'it is cut off');
    found.push({
      prefix: prefixAt(bytes, at),
      kind,
      place: { pack: packName.toString('hex'), offset, length },
    });
  }
  return found;
}
