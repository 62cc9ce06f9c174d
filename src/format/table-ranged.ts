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
  headerBound,
  oidPrefix,
  PREFIX_BYTES,
  prefixAt,
  SAMPLE_BYTES,
  type TableHeader,
} from './table-layout.ts';

/** Reads the header. `size` is the file's, in bytes, from the listing. */
export async function openTable(read: ReadRange, size: number, name: string): Promise<RangedTable> {
  const header = decodeTableHeader(await read(0, headerBound(size)), size, name);
  const table = { read, header, name };
  return {
    size: header.objects,
    filter: { offset: header.at.filter, length: header.at.pushes - header.at.filter },
    find: (oid) => find(table, Buffer.from(oidPrefix(oid), 'hex')),
    findSample: (chunkHash) => findSample(table, Buffer.from(oidPrefix(chunkHash), 'hex')),
    supersedes: () => supersedes(table),
  };
}

interface OpenedTable {
  readonly read: ReadRange;
  readonly header: TableHeader;
  readonly name: string;
}

/** Sorted rows that begin with a prefix. */
interface Rows {
  readonly start: number;
  readonly rowBytes: number;
  /** The key, if it is here, is among the rows from `first` to `end`, most likely near `guess`. */
  readonly first: number;
  readonly end: number;
  readonly guess: number;
}

/** Rows on either side of the expected one: four standard deviations in the groups of ten million objects. */
const MARGIN = 96;
/** No honest group is longer; a table that is not spread as hashes are would have us read all of it. */
const RANGE_MAX = 16_384;
/** Names that are read at once: 2 MiB. */
const SUPERSEDES_MAX = 65_536;
/** Places that one object may have: each costs a request. */
const MATCHES_MAX = 64;

async function find(table: OpenedTable, key: Buffer): Promise<FoundObject[]> {
  const { groupBits, fanOut, at } = table.header;
  const group = groupOf(key, groupBits);
  const first = group === 0 ? 0 : fanOut(group - 1);
  const end = fanOut(group);
  // The bits that follow those of the group, as a part of one.
  const within = (fraction(key) * 2 ** groupBits) % 1;
  const guess = first + Math.floor(within * (end - first));
  const rows = { start: at.entries, rowBytes: ENTRY_BYTES, first, end, guess };
  const found: FoundObject[] = [];
  for (const entry of await matches(table, rows, key)) found.push(await objectOf(table, entry));
  return found;
}

async function findSample(table: OpenedTable, key: Buffer): Promise<FoundObject[]> {
  const { samples, objects, at } = table.header;
  const guess = Math.floor(fraction(key) * samples);
  const rows = { start: at.samples, rowBytes: SAMPLE_BYTES, first: 0, end: samples, guess };
  const found: FoundObject[] = [];
  for (const sample of await matches(table, rows, key)) {
    const object = sample.readUInt32BE(PREFIX_BYTES);
    if (object >= objects) throw invalid(tableKey(table.name), 'a sample leads to no object');
    found.push(await objectOf(table, await readRows(table, at.entries, ENTRY_BYTES, object, object + 1)));
  }
  return found;
}

async function supersedes(table: OpenedTable): Promise<string[]> {
  const count = table.header.supersedes;
  if (count === 0) return [];
  if (count > SUPERSEDES_MAX) throw invalid(tableKey(table.name), 'it supersedes too many tables');
  const names = await readRows(table, table.header.at.supersedes, NAME_BYTES, 0, count);
  return Array.from({ length: count }, (_, i) => names.toString('hex', i * NAME_BYTES, (i + 1) * NAME_BYTES));
}

/** How far through all hashes a key is: 0 to 1. */
function fraction(key: Buffer): number {
  return key.readUIntBE(0, 6) / 2 ** 48;
}

/** The rows that begin with `key`. */
async function matches(table: OpenedTable, rows: Rows, key: Buffer): Promise<Buffer[]> {
  const { start, rowBytes, first, end, guess } = rows;
  let from = Math.max(first, guess - MARGIN);
  let to = Math.min(end, guess + MARGIN);
  for (;;) {
    if (from >= to) return [];
    if (to - from > RANGE_MAX) throw invalid(tableKey(table.name), 'it is not spread as hashes are');
    const bytes = await readRows(table, start, rowBytes, from, to);
    const below = from > first && compare(bytes, 0, key) >= 0;
    const above = to < end && compare(bytes, bytes.length - rowBytes, key) <= 0;
    if (!below && !above) return Array.from(rowsWith(bytes, rowBytes, key)).slice(0, MATCHES_MAX);
    // The range missed the key, or may hold only some of its rows: grow towards it, doubling.
    const grow = to - from;
    if (below) from = Math.max(first, from - grow);
    if (above) to = Math.min(end, to + grow);
  }
}

function* rowsWith(bytes: Buffer, rowBytes: number, key: Buffer): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += rowBytes)
    if (compare(bytes, at, key) === 0) yield bytes.subarray(at, at + rowBytes);
}

function compare(bytes: Buffer, at: number, key: Buffer): number {
  return bytes.compare(key, 0, PREFIX_BYTES, at, at + PREFIX_BYTES);
}

async function objectOf(table: OpenedTable, bytes: Buffer): Promise<FoundObject> {
  const { header, name } = table;
  const { kind, pack, offset, length } = decodeEntry(bytes, 0, header, tableKey(name));
  const packName = await readRows(table, header.at.packs, NAME_BYTES, pack, pack + 1);
  return { prefix: prefixAt(bytes, 0), kind, place: { pack: packName.toString('hex'), offset, length } };
}

async function readRows(
  { read, name }: OpenedTable,
  start: number,
  rowBytes: number,
  from: number,
  to: number,
): Promise<Buffer> {
  const bytes = await read(start + from * rowBytes, (to - from) * rowBytes);
  if (bytes.length !== (to - from) * rowBytes) throw invalid(tableKey(name), 'it is cut off');
  return bytes;
}
