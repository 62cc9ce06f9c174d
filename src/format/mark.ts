/** A mark: the packs and tables that one collector run condemned. */
import { randomBytes } from 'node:crypto';
import { isHash, markKey } from './keys.ts';
import { MARK_MAX } from './limits.ts';
import { checkName, checkSignature, invalid, sha256, signature, unwritable } from './signature.ts';

export interface Mark {
  /** Names, 64 hex digits each, sorted. */
  readonly packs: readonly string[];
  readonly tables: readonly string[];
}

const RANDOM_BYTES = 16;
const HEADER_BYTES = 32;
const NAME_BYTES = 32;

/** A finished mark, with fresh random bytes; its key is `markKey(name)`. */
export function encodeMark({ packs, tables }: Mark): { name: string; bytes: Buffer } {
  const names = [...sorted(packs), ...sorted(tables)];
  if (!names.every(isHash)) throw unwritable('a mark', 'a name is no SHA-256');
  const bytes = Buffer.alloc(HEADER_BYTES + names.length * NAME_BYTES);
  if (bytes.length > MARK_MAX) throw unwritable('a mark', 'it names too much');
  signature('lodemrk').copy(bytes);
  randomBytes(RANDOM_BYTES).copy(bytes, 8);
  bytes.writeUInt32BE(new Set(packs).size, 24);
  bytes.writeUInt32BE(new Set(tables).size, 28);
  bytes.write(names.join(''), HEADER_BYTES, 'hex');
  return { name: sha256(bytes).toString('hex'), bytes };
}

/** Checks that the bytes are the name's. Throws FORMAT_UNKNOWN_VERSION or FORMAT_INVALID. */
export function decodeMark(bytes: Buffer, name: string): Mark {
  const subject = markKey(name);
  checkName(bytes, name, subject);
  checkSignature(bytes, 'lodemrk', subject);
  if (bytes.length < HEADER_BYTES || bytes.length > MARK_MAX)
    throw invalid(subject, 'it has no possible length');
  const packs = bytes.readUInt32BE(24);
  const tables = bytes.readUInt32BE(28);
  if (HEADER_BYTES + (packs + tables) * NAME_BYTES !== bytes.length)
    throw invalid(subject, 'its counts do not fit its length');
  const names = Array.from({ length: packs + tables }, (_, index) => {
    const at = HEADER_BYTES + index * NAME_BYTES;
    return bytes.toString('hex', at, at + NAME_BYTES);
  });
  const mark = { packs: names.slice(0, packs), tables: names.slice(packs) };
  if (!isAscending(mark.packs) || !isAscending(mark.tables))
    throw invalid(subject, 'its names are out of order');
  return mark;
}

function sorted(names: readonly string[]): string[] {
  return [...new Set(names)].sort();
}

function isAscending(names: readonly string[]): boolean {
  return names.every((name, index) => index === 0 || names[index - 1]! < name);
}
