/** The byte layout of an index file, and what whole and ranged readers share. docs/FORMAT.md draws it. */
import { filterBytes } from './bloom.ts';
import { tableKey } from './keys.ts';
import { TABLE_MAX, TABLE_PUSHES_MAX } from './limits.ts';
import { RECIPE } from './pack-layout.ts';
import { NAME_BYTES, placeFault } from './recipe-layout.ts';
import { CHECKSUM_BYTES, checkChecksum, checkSignature, invalid } from './signature.ts';
import type { ObjectKind } from './table.ts';

export const COUNTS_AT = 24;
export const FAN_OUT_AT = 56;
/** Objects in a group of the fan-out, on average; more where there are 4,096 groups. */
const GROUP_OBJECTS = 16;
const GROUP_BITS_MAX = 12;

export const PREFIX_BYTES = 16;
export const ENTRY_BYTES = 32;
export const SAMPLE_BYTES = 20;
/** In an entry's flags: the object needs packs beside its own. */
export const HAS_NEEDS = 1;
/** In an entry where it has no push. */
export const NO_PUSH = 0xffff;

export const oidPrefix = (oid: string): string => oid.slice(0, 2 * PREFIX_BYTES);

/** True for one hash in 1,024: the last ten bits are 0. */
export function isSampled(hash: string): boolean {
  return (Number.parseInt(hash.slice(-3), 16) & 0x3ff) === 0;
}

/** How many first bits of an oid say in which group of the fan-out it is: there are few groups where there are few objects. */
export function groupBits(objects: number): number {
  let bits = 0;
  while (bits < GROUP_BITS_MAX && objects > GROUP_OBJECTS * 2 ** bits) bits += 1;
  return bits;
}

/** In which of the 2^`bits` groups the prefix at `offset` is. */
export function groupOf(bytes: Buffer, bits: number, offset = 0): number {
  return bytes.readUInt16BE(offset) >>> (16 - bits);
}

/** Header, fan-out of 2^`bits` groups and checksum. */
export function headerBytes(bits: number): number {
  return FAN_OUT_AT + 4 * 2 ** bits + CHECKSUM_BYTES;
}

/** The most that the header of a file of `size` bytes has: its entries are in the file, too. */
export function headerBound(size: number): number {
  return Math.min(size, headerBytes(groupBits(Math.floor(size / ENTRY_BYTES))));
}

/** The prefix that an entry or a sample at `at` begins with. */
export function prefixAt(bytes: Buffer, at: number): string {
  return bytes.toString('hex', at, at + PREFIX_BYTES);
}

export interface TableHeader {
  readonly objects: number;
  readonly packs: number;
  readonly samples: number;
  readonly pushes: number;
  readonly supersedes: number;
  /** First bits of an oid that are the number of its group. */
  readonly groupBits: number;
  /** Entries in a group and all groups before it. */
  fanOut(group: number): number;
  /** Where each section begins; each ends where the next begins, and the last at the file's end. */
  readonly at: {
    readonly entries: number;
    readonly packs: number;
    readonly needs: number;
    readonly samples: number;
    readonly filter: number;
    readonly pushes: number;
    readonly supersedes: number;
  };
}

/** `bytes` begin the file `name` of `size` bytes, and hold the whole header: `headerBound(size)` bytes do. */
export function decodeTableHeader(bytes: Buffer, size: number, name: string): TableHeader {
  const subject = tableKey(name);
  checkSignature(bytes, 'lodetab', subject);
  const tooShort = () => invalid(subject, 'it has no possible length');
  if (bytes.length < FAN_OUT_AT || size > TABLE_MAX) throw tooShort();
  const count = (index: number) => bytes.readUInt32BE(COUNTS_AT + 4 * index);
  const bits = groupBits(count(0));
  const headerEnd = headerBytes(bits);
  if (bytes.length < headerEnd) throw tooShort();
  checkChecksum(bytes, headerEnd - CHECKSUM_BYTES, subject);
  const [objects, packs, samples, pushes, supersedes] = [count(0), count(1), count(2), count(3), count(4)];
  const entriesEnd = headerEnd + objects * ENTRY_BYTES;
  const packsEnd = entriesEnd + packs * NAME_BYTES;
  const needsEnd = packsEnd + count(5);
  const samplesEnd = needsEnd + samples * SAMPLE_BYTES;
  const filterEnd = samplesEnd + count(6);
  const pushesEnd = filterEnd + count(7);
  if (pushesEnd + supersedes * NAME_BYTES !== size)
    throw invalid(subject, 'its counts do not fit its length');
  if (count(6) !== filterBytes(objects) || pushes > TABLE_PUSHES_MAX)
    throw invalid(subject, 'its counts are impossible');
  const header = Buffer.from(bytes.subarray(0, headerEnd));
  const fanOut = (group: number) => header.readUInt32BE(FAN_OUT_AT + 4 * group);
  for (let group = 1; group < 2 ** bits; group++)
    if (fanOut(group) < fanOut(group - 1)) throw invalid(subject, 'its fan-out is out of order');
  if (fanOut(2 ** bits - 1) !== objects) throw invalid(subject, 'its fan-out does not end at its count');
  const at = {
    entries: headerEnd,
    packs: entriesEnd,
    needs: packsEnd,
    samples: needsEnd,
    filter: samplesEnd,
    pushes: filterEnd,
    supersedes: pushesEnd,
  };
  return { objects, packs, samples, pushes, supersedes, groupBits: bits, fanOut, at };
}

export interface Entry {
  readonly pack: number;
  readonly offset: number;
  readonly length: number;
  readonly push: number;
  readonly kind: ObjectKind;
  readonly hasNeeds: boolean;
}

/** Reads and checks what the entry at `at` says beside its prefix. */
export function decodeEntry(bytes: Buffer, at: number, header: TableHeader, subject: string): Entry {
  const kind = bytes.readUInt8(at + 30);
  const flags = bytes.readUInt8(at + 31);
  const entry: Entry = {
    pack: bytes.readUInt32BE(at + 16),
    offset: bytes.readUInt32BE(at + 20),
    length: bytes.readUInt32BE(at + 24),
    push: bytes.readUInt16BE(at + 28),
    kind: kind as ObjectKind,
    hasNeeds: (flags & HAS_NEEDS) !== 0,
  };
  const fault = entryFault(entry, flags, header);
  if (fault !== undefined) throw invalid(subject, fault);
  return entry;
}

function entryFault(entry: Entry, flags: number, { packs, pushes }: TableHeader): string | undefined {
  const { kind, hasNeeds } = entry;
  if (kind !== 0 && kind !== 1 && kind !== RECIPE) return 'an object has an unknown kind';
  if (flags > HAS_NEEDS || (hasNeeds && kind !== RECIPE))
    return 'an object without a recipe needs other packs';
  if (entry.pack >= packs) return 'an object is in a pack that is not listed';
  if (entry.push !== NO_PUSH && entry.push >= pushes) return 'an object is of a push that is not listed';
  return placeFault(entry);
}
