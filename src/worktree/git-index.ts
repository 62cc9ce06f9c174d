import { LodeError } from '../errors.ts';

/*
 * git's index as bytes: which entries there are, and the words of their stat data. The format is in git's
 * Documentation/gitformat-index.txt; versions 2, 3 and 4, with hashes of 20 or 32 bytes.
 */
const HEADER_BYTES = 12;
const STAT_BYTES = 40;
const FLAG_EXTENDED = 0x4000;
const FLAG_STAGE = 0x3000;
const SIZE_WORD = 36;
const MAX_ENTRIES = 50_000_000;
/** Four times what any system opens. In version 4 a few bytes repeat the name before, and could ask for any amount of memory. */
const MAX_NAME_BYTES = 16_384;

export interface IndexEntry {
  /** Where the entry begins, for `readSizeWord` and the patches. */
  readonly offset: number;
  /** 0, or the side of a conflict. */
  readonly stage: number;
  /** The path's bytes as a latin1 string: a key that loses nothing. */
  readonly name: string;
}

/** Calls `visit` for every entry, in order. Returns where the extensions begin. Throws FORMAT_INVALID for what git would not write. */
export function visitEntries(bytes: Buffer, hashBytes: number, visit: (entry: IndexEntry) => void): number {
  if (bytes.length < HEADER_BYTES + hashBytes || bytes.toString('latin1', 0, 4) !== 'DIRC')
    throw invalid('no header');
  const version = bytes.readUInt32BE(4);
  if (version < 2 || version > 4) throw invalid(`version ${version}`);
  const count = bytes.readUInt32BE(8);
  if (count > MAX_ENTRIES) throw invalid(`${count} entries`);
  const end = bytes.length - hashBytes;
  let offset = HEADER_BYTES;
  let previous = '';
  for (let i = 0; i < count; i++) {
    const flagsAt = offset + STAT_BYTES + hashBytes;
    if (flagsAt + 2 > end) throw invalid('an entry is cut off');
    const flags = bytes.readUInt16BE(flagsAt);
    let nameAt = flagsAt + 2 + (flags & FLAG_EXTENDED ? 2 : 0);
    let kept = '';
    if (version === 4) {
      let byte = bytes[nameAt++] ?? 0;
      let strip = byte & 0x7f;
      while (byte & 0x80) {
        byte = bytes[nameAt++] ?? 0;
        strip = (strip + 1) * 128 + (byte & 0x7f);
        if (strip > bytes.length) throw invalid('a name is cut off');
      }
      if (strip > previous.length) throw invalid('a name is shorter than nothing');
      kept = previous.slice(0, previous.length - strip);
    }
    const nameEnd = bytes.indexOf(0, nameAt);
    if (nameEnd < 0 || nameEnd >= end) throw invalid('a name has no end');
    if (kept.length + nameEnd - nameAt > MAX_NAME_BYTES) throw invalid('a name is too long');
    const name = kept + bytes.toString('latin1', nameAt, nameEnd);
    visit({ offset, stage: (flags & FLAG_STAGE) >> 12, name });
    previous = name;
    offset = version === 4 ? nameEnd + 1 : offset + ((nameEnd - offset + 8) & ~7);
  }
  if (offset > end) throw invalid('an entry is cut off');
  return offset;
}

/**
 * True if the stat words may be rewritten in place. A split index keeps entries in another file, and an extension that git
 * must understand (lower-case) but we do not may depend on them; `sdir` does not.
 */
export function mayPatch(bytes: Buffer, extensionsAt: number, hashBytes: number): boolean {
  for (let at = extensionsAt; at + 8 <= bytes.length - hashBytes; ) {
    const signature = bytes.toString('latin1', at, at + 4);
    if (signature !== 'sdir' && /^[a-z]/.test(signature)) return false;
    at += 8 + bytes.readUInt32BE(at + 4);
  }
  return true;
}

export function blobIs(bytes: Buffer, entry: IndexEntry, blob: Buffer): boolean {
  return (
    bytes.compare(
      blob,
      0,
      blob.length,
      entry.offset + STAT_BYTES,
      entry.offset + STAT_BYTES + blob.length,
    ) === 0
  );
}

export function readSizeWord(bytes: Buffer, entry: IndexEntry): number {
  return bytes.readUInt32BE(entry.offset + SIZE_WORD);
}

/** A size of 0 tells git that it does not know: it compares contents, and never trusts the other words. */
export function forgetSize(bytes: Buffer, entry: IndexEntry): void {
  bytes.writeUInt32BE(0, entry.offset + SIZE_WORD);
}

/** What git's index has of a file's stat. */
export interface StatWords {
  readonly ctimeNs: bigint;
  readonly mtimeNs: bigint;
  readonly dev: bigint;
  readonly ino: bigint;
  readonly uid: bigint;
  readonly gid: bigint;
  readonly size: bigint;
}

const STAT_WORDS = ['ctimeNs', 'mtimeNs', 'dev', 'ino', 'uid', 'gid', 'size'] as const;
const packed = Buffer.alloc(8 * STAT_WORDS.length);

/** Of a stat only these, in a string: it takes a kilobyte, seven bigints a quarter of it, and there may be very many. */
export function packStat(stat: StatWords): string {
  for (const [i, word] of STAT_WORDS.entries()) packed.writeBigInt64LE(BigInt.asIntN(64, stat[word]), 8 * i);
  return packed.toString('latin1');
}

export function unpackStat(string: string): StatWords {
  packed.write(string, 'latin1');
  const [ctimeNs, mtimeNs, dev, ino, uid, gid, size] = STAT_WORDS.map((_, i) => packed.readBigInt64LE(8 * i));
  return { ctimeNs, mtimeNs, dev, ino, uid, gid, size } as StatWords;
}

const BILLION = 1_000_000_000n;
const FOUR_GIB = 0x1_0000_0000n;

/** Writes what git's fill_stat_cache_info would. `wholeGiB` is how this git writes the size of an exact multiple of 4 GiB. */
export function writeStat(bytes: Buffer, entry: IndexEntry, stat: StatWords, wholeGiB: number): void {
  const words: [number, bigint][] = [
    [0, stat.ctimeNs / BILLION],
    [4, stat.ctimeNs % BILLION],
    [8, stat.mtimeNs / BILLION],
    [12, stat.mtimeNs % BILLION],
    [16, stat.dev],
    [20, stat.ino],
    [28, stat.uid],
    [32, stat.gid],
    [SIZE_WORD, stat.size],
  ];
  for (const [at, value] of words) bytes.writeUInt32BE(Number(BigInt.asUintN(32, value)), entry.offset + at);
  if (isWholeFourGiB(stat.size)) bytes.writeUInt32BE(wholeGiB, entry.offset + SIZE_WORD);
}

/** Only for these sizes do versions of git differ in the word that they record. */
export function isWholeFourGiB(size: bigint): boolean {
  return size > 0n && size % FOUR_GIB === 0n;
}

function invalid(what: string): LodeError {
  return new LodeError('FORMAT_INVALID', `git's index is not as expected: ${what}`);
}
