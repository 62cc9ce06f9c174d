/** Reads what a pack says about itself: enough to rebuild an index file from packs alone. */
import { packKey } from './keys.ts';
import { PACK_MAX, RECIPE_MAX } from './limits.ts';
import type { PackContents, PackRecord, PackTrailer } from './pack.ts';
import { IS_OBJECT, PACK_ROW_BYTES, PACK_TRAILER_BYTES, RECIPE, RECIPE_PART } from './pack-layout.ts';
import { chunkFault } from './recipe-layout.ts';
import { checkName, checkSignature, invalid, SIGNATURE_BYTES, sha256 } from './signature.ts';

/** `bytes` are the last `PACK_TRAILER_BYTES` of the pack `name` of `packSize` bytes. */
export function decodePackTrailer(bytes: Buffer, packSize: number, name: string): PackTrailer {
  const subject = packKey(name);
  if (bytes.length !== PACK_TRAILER_BYTES || packSize > PACK_MAX)
    throw invalid(subject, 'it has no possible length');
  checkSignature(bytes, 'lodepak', subject, PACK_TRAILER_BYTES - SIGNATURE_BYTES);
  const tableOffset = bytes.readUInt32BE(0);
  const tableLength = bytes.readUInt32BE(4);
  if (
    tableOffset < SIGNATURE_BYTES ||
    tableLength === 0 ||
    tableLength % PACK_ROW_BYTES !== 0 ||
    tableOffset + tableLength + PACK_TRAILER_BYTES !== packSize
  )
    throw invalid(subject, 'its table is not where the trailer says');
  const tableHash = bytes.toString('hex', 8, 40);
  return { tableOffset, tableLength, tableHash, repository: bytes.toString('hex', 56, 88) };
}

/** `bytes` are the table that the trailer names. */
export function decodePackTable(bytes: Buffer, trailer: PackTrailer, name: string): PackRecord[] {
  const subject = packKey(name);
  if (bytes.length !== trailer.tableLength || sha256(bytes).toString('hex') !== trailer.tableHash)
    throw invalid(subject, "its table's checksum differs");
  const records: PackRecord[] = [];
  let offset = SIGNATURE_BYTES;
  for (let at = 0; at < bytes.length; at += PACK_ROW_BYTES) {
    const record = readRow(bytes, at, offset, subject);
    records.push(record);
    offset += record.length;
  }
  if (offset !== trailer.tableOffset) throw invalid(subject, 'its table does not account for its bytes');
  return records;
}

/** A whole pack: checks that its bytes are the name's, and gives what is in it. */
export function decodePack(bytes: Buffer, name: string): PackContents {
  const subject = packKey(name);
  if (bytes.length > PACK_MAX || bytes.length < SIGNATURE_BYTES + PACK_TRAILER_BYTES)
    throw invalid(subject, 'it has no possible length');
  checkName(bytes, name, subject);
  checkSignature(bytes, 'lodepak', subject);
  const trailer = decodePackTrailer(bytes.subarray(-PACK_TRAILER_BYTES), bytes.length, name);
  const table = bytes.subarray(trailer.tableOffset, trailer.tableOffset + trailer.tableLength);
  return { repository: trailer.repository, records: decodePackTable(table, trailer, name) };
}

function readRow(bytes: Buffer, at: number, offset: number, subject: string): PackRecord {
  const hash = bytes.toString('hex', at, at + 32);
  const kind = bytes.readUInt8(at + 32);
  const length = bytes.readUIntBE(at + 33, 3);
  const flags = bytes.readUInt8(at + 36);
  const rawLength = bytes.readUIntBE(at + 37, 3);
  if (length === 0) throw invalid(subject, 'something in it takes no bytes');
  if (kind === RECIPE || kind === RECIPE_PART) {
    if (flags !== 0 || rawLength !== 0 || length > RECIPE_MAX)
      throw invalid(subject, 'a recipe is listed wrongly');
    return { kind, hash, offset, length };
  }
  const chunkKind = kind as 0 | 1 | 2;
  const fault = chunkFault({ kind: chunkKind, rawLength, length });
  if (fault !== undefined) throw invalid(subject, fault);
  const isObject = (flags & IS_OBJECT) !== 0;
  if (flags > IS_OBJECT || (isObject && kind === 2)) throw invalid(subject, 'a chunk is listed wrongly');
  return { kind: chunkKind, hash, offset, length, rawLength, isObject };
}
